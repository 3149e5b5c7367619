// A deposit that a booking waits for: how much, until when, the button that pays it, and a look now and then whether it has come.

import data, { __, h, money, note } from "./page.js";
import { ask } from "./ask.js";
import * as time from "./time.js";

const LOOK_EVERY = 5000;

export const is_asked = (visit) => Boolean(visit.deposit && visit.deposit.state === "Asked");

/** What a booking waits for, in words. */
export function waits_text({ amount, due_at, pay }) {
	const sum = money(amount);
	if (!pay) return __("A deposit of {0} is needed. We will contact you and tell you how to pay it.", [sum]);
	if (!due_at) return __("We wait for your deposit of {0}.", [sum]);
	return __("The time is yours once we have your deposit of {0}. We keep it for you until {1}; after that it is given back, at no cost.", [sum, until_text(due_at)]);
}

/** The box with the words and the button. */
export function deposit_box(deposit) {
	const label = __("Pay the deposit of {0}", [money(deposit.amount)]);
	const button = deposit.pay && h("a.rb-main", { href: deposit.pay, target: data.embed ? "_blank" : null, rel: "noopener" }, label);
	return note("calm", h("p", {}, waits_text(deposit)), button && h("div.rb-actions", {}, button));
}

/** Look every few seconds while the page is seen; `changed(visit)` hears once that the visit waits no longer. */
export function watch_deposit(token, changed) {
	const timer = setInterval(async () => {
		if (document.hidden) return;
		const visit = await ask("visit", { token }).catch(() => null);
		if (!visit || is_asked(visit)) return;
		clearInterval(timer);
		changed(visit);
	}, LOOK_EVERY);
	return () => clearInterval(timer);
}

/** A time of today by the clock, another with its day. */
function until_text(moment) {
	const today = time.day_text(moment) === time.day_text(Date.now());
	return today ? time.time_text(moment) : time.long_text(moment);
}
