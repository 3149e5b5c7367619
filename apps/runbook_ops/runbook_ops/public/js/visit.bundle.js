// A customer's own page of one visit, by its signed link: what, when, where, and moving or cancelling it as the policy allows.

import data, { __, h, money, note, plain, say, show, waiting } from "./online/page.js";
import { ask } from "./online/ask.js";
import { deposit_box, is_asked, watch_deposit } from "./online/deposit.js";
import { Picker } from "./online/picker.js";
import * as time from "./online/time.js";

const place = document.getElementById("rb-step");
const STATES = {
	Requested: [__("Requested"), __("We have your request and will answer soon.")],
	Held: [__("Requested"), __("We keep the time for you, and will answer soon.")],
	Confirmed: [__("Confirmed"), __("We look forward to seeing you.")],
	"In Progress": [__("Under way"), ""],
	Completed: [__("Done"), __("Thank you for your visit.")],
	Cancelled: [__("Cancelled"), __("This visit will not take place.")],
	"No-show": [__("Missed"), __("We missed you at this visit.")],
};

let visit = data.visit;
let stop_watching = () => {};

function overview(message) {
	const [state, text] = is_asked(visit) ? [__("Deposit awaited"), ""] : STATES[visit.status] || [visit.status, ""];
	stop_watching();
	const rows = [
		[__("What"), visit.services.join(", ")],
		[__("With"), visit.with.join(", ")],
		[__("Places"), visit.seats > 1 ? String(visit.seats) : ""],
		[__("Where"), visit.address],
		[__("Price"), money(visit.amount)],
		[__("Deposit paid"), visit.deposit?.state === "Paid" ? money(visit.deposit.amount) : ""],
		[__("Number"), visit.number],
	].filter(([, value]) => value);
	const own = time.own_time(visit.starts_at);
	show(
		place,
		message && note("good", message),
		h("p", {}, h("span.rb-state", { "data-state": visit.status }, state)),
		h("h1", {}, time.day_text(visit.starts_at)),
		h("p.rb-hours", {}, `${time.time_text(visit.starts_at)} – ${time.time_text(visit.ends_at)}`, own && h("small", {}, __("{0} your time", [own]))),
		text && h("p", {}, text),
		is_asked(visit) && deposit_box(visit.deposit),
		h("dl.rb-facts", {}, rows.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
		h("p.rb-zone", {}, time.zone_text(visit.starts_at)),
		actions(),
		visit.policy && h("details.rb-told", {}, h("summary", {}, __("Booking policy")), h("p", {}, visit.policy)),
		visit.contact && h("p.rb-quiet", {}, __("Questions? Contact us: {0}", [visit.contact]))
	);
	if (message) say(message);
	if (is_asked(visit)) stop_watching = watch_deposit(visit.token, look_again);
}

function look_again(now) {
	visit = now;
	overview(now.status === "Confirmed" ? __("Your deposit is there, and your visit is confirmed.") : undefined);
}

function actions() {
	if (visit.over || visit.status === "Cancelled") {
		return h("div.rb-actions", {}, h("a.rb-main", { href: "/book" }, __("Book another visit")));
	}
	const buttons = [];
	if (visit.move.allowed) buttons.push(h("button.rb-main", { type: "button", onclick: () => choose() }, __("Move")));
	if (visit.cancel.allowed) buttons.push(h("button.rb-plain", { type: "button", onclick: () => ask_cancel() }, __("Cancel the visit")));
	if (data.calendar) buttons.push(h("a.rb-plain", { href: data.calendar }, __("Add to calendar")));
	const why = [...new Set([visit.move, visit.cancel].filter((change) => !change.allowed).map((change) => change.why_not))];
	return h("div", {}, h("div.rb-actions", {}, buttons), why.map((text) => note("calm", text)));
}

// -- move

function choose(message) {
	stop_watching();
	const picker = new Picker({ token: visit.token }, move);
	const back = h("button.rb-plain", { type: "button", onclick: () => overview() }, __("Keep the time"));
	show(
		place,
		h("h1", {}, __("Which time suits you better?")),
		message,
		h("p.rb-zone", {}, __("So far: {0}", [time.long_text(visit.starts_at)])),
		picker.element,
		h("div.rb-actions", {}, back)
	);
	picker.start();
}

let moving = false;

async function move(slot) {
	if (moving) return;
	moving = true;
	show(place, waiting(__("Moving your visit to {0}", [time.long_text(slot.starts_at)])));
	try {
		visit = await ask("change_visit", { token: visit.token, starts_at: slot.starts_at }, slow);
		overview(__("Your visit was moved to {0}.", [time.long_text(visit.starts_at)]));
	} catch (error) {
		const others = error.next_open || [];
		const offers = others.map((one) =>
			h("button.rb-time", { type: "button", onclick: () => move(one) }, `${time.day_text(one.starts_at)}, ${time.time_text(one.starts_at)}`)
		);
		choose(note("bad", h("p", {}, told(error)), offers.length && h("div.rb-slots", {}, offers)));
	} finally {
		moving = false;
	}
}

// -- cancel

function ask_cancel(message) {
	stop_watching();
	const reason = h("textarea", { id: "rb-reason", rows: 3, maxlength: 500 });
	const wrong = h("div");
	const words = visit.cancel.fee ? __("Cancel for {0}", [money(Number(visit.cancel.fee))]) : __("Cancel the visit");
	const sure = h("button.rb-danger", { type: "button", onclick: () => cancel(reason, sure, wrong) }, words);
	const back = h("button.rb-plain", { type: "button", onclick: () => overview() }, __("Keep it"));
	show(
		place,
		h("h1", {}, __("Cancel this visit?")),
		h("p.rb-when", {}, `${visit.services.join(", ")} · ${time.long_text(visit.starts_at)}`),
		message,
		visit.cancel.costs && note("calm", visit.cancel.costs),
		h("div.rb-field", {}, h("label", { for: "rb-reason" }, __("Would you tell us why? (optional)")), reason),
		wrong,
		h("div.rb-actions", {}, back, sure)
	);
}

async function cancel(reason, button, wrong) {
	if (button.disabled) return;
	button.disabled = true;
	say(__("Cancelling your visit"));
	try {
		visit = await ask("change_visit", { token: visit.token, reason: reason.value, fee: visit.cancel.fee }, slow);
		overview(__("Your visit is cancelled."));
	} catch (error) {
		if (error.code === "fee_not_told") return await ask_anew();
		button.disabled = false;
		wrong.replaceChildren(note("bad", told(error)));
	}
}

async function ask_anew() {
	visit = await ask("visit", { token: visit.token }, slow);
	ask_cancel(note("bad", __("What it costs to cancel has changed. Please look again.")));
}

const told = (error) =>
	error.code ? plain(error.message) : __("We can't be reached at the moment. Nothing was changed. Check your connection and try again.");
const slow = () => say(__("The line is slow. Trying again."));

if (visit) overview();
