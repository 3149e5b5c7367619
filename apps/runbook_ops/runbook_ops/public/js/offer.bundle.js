// An offer of the waitlist for its customer: what came free, until when it stands, and the answer.

import data, { __, h, note, say, show, waiting } from "./online/page.js";
import { Countdown } from "./online/countdown.js";
import * as time from "./online/time.js";

const place = document.getElementById("rb-step");
const offer = data.offer;
const PATIENCE = 20000;
let countdown = null;

function overview(trouble) {
	if (offer.over) return over(offer.over);
	countdown = countdown || (offer.held ? new Countdown(offer, () => over(__("The time to answer has run out. You are still on the waitlist."))) : null);
	const facts = [
		[__("What"), offer.service],
		[__("With"), offer.with.join(", ")],
	].filter(([, value]) => value);
	const until = __("Several people were asked; the first to answer has it. Until {0}.", [time.long_text(offer.until)]);
	show(
		place,
		h("h1", {}, __("A place has come free")),
		h("p.rb-when", {}, time.day_text(offer.starts_at)),
		h("p.rb-hours", {}, `${time.time_text(offer.starts_at)} – ${time.time_text(offer.ends_at)}`),
		h("dl.rb-facts", {}, facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
		h("p.rb-zone", {}, time.zone_text(offer.starts_at)),
		countdown ? countdown.element : h("p.rb-quiet", {}, until),
		trouble && note("bad", trouble),
		offer.policy && h("details.rb-told", {}, h("summary", {}, __("Booking policy: taking the place accepts it")), h("p", {}, offer.policy)),
		h(
			"div.rb-actions",
			{},
			h("button.rb-main", { type: "button", onclick: () => answer("take") }, __("Take it")),
			h("button.rb-plain", { type: "button", onclick: () => answer("decline") }, __("No, keep me on the list")),
			h("button.rb-plain", { type: "button", onclick: () => answer("stop") }, __("Take me off the list"))
		),
		offer.contact && h("p.rb-quiet", {}, __("Questions? Contact us: {0}", [offer.contact]))
	);
}

function over(text, kind = "calm") {
	if (countdown) countdown.stop();
	show(
		place,
		h("h1", {}, __("A place has come free")),
		note(kind, text),
		h("div.rb-actions", {}, h("a.rb-plain", { href: "/book" }, __("See open times")))
	);
	say(text);
}

let answering = false;

async function answer(wish) {
	if (answering) return;
	answering = true;
	show(place, waiting(wish === "take" ? __("Booking it for you") : __("One moment ...")));
	try {
		const told = await send(wish);
		if (told.taken) booked(told);
		else over(told.text, told.code ? "bad" : "calm");
	} catch (error) {
		overview(error.told || __("We can't be reached at the moment. Check your connection and try again."));
	} finally {
		answering = false;
	}
}

function booked(told) {
	if (countdown) countdown.stop();
	show(
		place,
		h("h1", {}, __("It is yours")),
		note("good", told.text),
		h("p.rb-when", {}, `${offer.service} · ${time.long_text(offer.starts_at)}`),
		h("div.rb-actions", {}, h("a.rb-main", { href: `/visit/${told.visit}` }, __("Show the visit")))
	);
	say(told.text);
}

/** What the site says to the answer; sent twice it counts once. */
async function send(wish) {
	const reply = await fetch("/api/method/runbook_ops.api.waitlist.answer", {
		method: "POST",
		credentials: "omit",
		headers: { "Content-Type": "application/json", Accept: "application/json", "Accept-Language": data.lang },
		body: JSON.stringify({ data: { token: data.token, answer: wish } }),
		signal: AbortSignal.timeout(PATIENCE),
	});
	const told = (await reply.json().catch(() => ({}))).message;
	if (told && told.error) throw Object.assign(new Error(told.error.code), { told: told.error.text });
	if (!told) throw new Error(reply.statusText);
	return told;
}

if (offer) overview();
