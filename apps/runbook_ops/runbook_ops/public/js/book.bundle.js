// The public booking page: services, time, details, done. See docs/online-booking.md.

import data, { __, h, money, note, plain, say, show, waiting } from "./online/page.js";
import { ask, new_key } from "./online/ask.js";
import { Countdown } from "./online/countdown.js";
import { deposit_box, is_asked, waits_text, watch_deposit } from "./online/deposit.js";
import { details_form, mark_wrong, read_form } from "./online/form.js";
import { Picker } from "./online/picker.js";
import { add_on_choice, person_choice, seat_choice, service_card } from "./online/services.js";
import * as time from "./online/time.js";
import { waiting_box } from "./online/waiting.js";

const place = document.getElementById("rb-step");
const side = document.getElementById("rb-summary");
const trail = document.getElementById("rb-trail");
const STEPS = [__("Service"), __("Time"), __("Your details")];

const by_name = Object.fromEntries(data.services.map((service) => [service.service, service]));
const state = { chosen: [], people: {}, seats: 1, slot: null, hold: null, countdown: null, opened: 0, typed: {} };

// -- what has been chosen

const chosen = () => state.chosen.map((name) => by_name[name]);
const wish = () => ({
	services: state.chosen.map((name) => ({ service: name, resource: state.people[name] || null })),
	seats: chosen()[0].seats ? state.seats : 1,
});

function toggle(name) {
	const service = by_name[name];
	if (state.chosen.includes(name)) {
		state.chosen = state.chosen.filter((other) => other !== name);
		const left = new Set(chosen().flatMap((one) => one.add_ons.map((row) => row.service)));
		state.chosen = state.chosen.filter((other) => by_name[other].main || left.has(other));
	} else if (service.seats || chosen().some((one) => one.seats)) state.chosen = [name];
	else if (state.chosen.length < 6) state.chosen = [...state.chosen, name];
	else return say(__("At most six services fit into one visit."));
	choose_services(name);
}

// -- the steps

function choose_services(back_to) {
	drop_hold();
	tell_step(0);
	const list = data.services.filter((service) => service.main);
	const cards = list.map((service) => service_card(service, state.chosen.includes(service.service), toggle));
	const extras = add_on_choice(chosen(), by_name, state.chosen, toggle);
	const people = chosen().map((service) => person_choice(service, state.people, () => tell_summary()));
	const seats = chosen()[0]?.seats ? seat_choice(chosen()[0], state, () => tell_summary()) : null;
	const heading = h("h1", {}, __("What can we do for you?"));
	const body = list.length
		? [h("div.rb-cards", { role: "group", "aria-label": __("Services") }, cards), extras, people.length ? h("div.rb-choices", {}, people, seats) : null]
		: [note("calm", __("Nothing can be booked here at the moment. Please contact us: {0}.", [data.contact]))];
	const onwards = h("button.rb-main", { type: "button", onclick: choose_time, disabled: !state.chosen.length }, __("Choose a time"));
	show(place, heading, ...body, h("div.rb-actions", {}, onwards));
	tell_summary();
	if (back_to) place.querySelector(`[data-service="${CSS.escape(back_to)}"]`)?.focus();
}

function choose_time(message) {
	drop_hold();
	tell_step(1);
	const picker = new Picker(wish(), hold);
	const back = h("button.rb-plain", { type: "button", onclick: () => choose_services() }, __("Back"));
	const told = typeof message === "string" ? note("bad", message) : message instanceof Node ? message : null;
	show(place, h("h1", {}, __("When does it suit you?")), told, h("p.rb-zone", {}, time.zone_text()), picker.element, waiting_box(wish()), h("div.rb-actions", {}, back));
	tell_summary();
	picker.start();
}

/** Keep a time; the form comes once it is ours. */
async function hold(slot) {
	const instead = state.hold;
	show(place, waiting(__("Keeping {0} for you", [time.time_text(slot.starts_at)])));
	const values = { ...wish(), starts_at: slot.starts_at, session: slot.session || null, key: new_key(), instead };
	try {
		const held = await ask("hold", values, () => say(__("The line is slow. Trying again.")));
		state.slot = held.slot;
		state.hold = held.hold;
		state.deposit = held.deposit || [];
		state.countdown?.stop();
		state.countdown = new Countdown(held, expired);
		fill_in();
	} catch (error) {
		state.hold = null;
		choose_time(gone(error));
	}
}

/** What to do when a time could not be had: the next ones, one press away. */
function gone(error) {
	const text = error.code ? plain(error.message) : __("We can't be reached at the moment. Check your connection and try again.");
	const offers = (error.next_open || []).map((slot) =>
		h("button.rb-time", { type: "button", onclick: () => hold(slot) }, `${time.day_text(slot.starts_at)}, ${time.time_text(slot.starts_at)}`)
	);
	return note("bad", h("p", {}, text), offers.length && h("p", {}, __("These are still open:")), offers.length && h("div.rb-slots", {}, offers));
}

function fill_in() {
	tell_step(2);
	state.opened ||= Date.now();
	const policy = data.policies[chosen()[0].policy];
	const form = details_form(chosen(), policy, state.typed, book, state.deposit);
	const back = h("button.rb-plain", { type: "button", onclick: () => choose_time() }, __("Another time"));
	form.querySelector(".rb-actions").prepend(back);
	show(place, h("h1", {}, __("Who is coming?")), state.countdown.element, form);
	tell_summary();
}

function expired() {
	const again = h("button.rb-main", { type: "button", onclick: () => hold(state.slot) }, __("Hold it again"));
	const other = h("button.rb-plain", { type: "button", onclick: () => choose_time() }, __("Another time"));
	const form = place.querySelector("form");
	if (form) {
		state.typed = read_form(form);
		form.querySelector("[type=submit]").disabled = true;
	}
	state.countdown.element.replaceChildren(
		note(
			"bad",
			h("p", {}, __("The time is no longer held for you, and others can take it. What you have typed is kept.")),
			h("div.rb-actions", {}, other, again)
		)
	);
}

let sending = false;

async function book(form) {
	if (sending) return;
	sending = true;
	const button = form.querySelector("[type=submit]");
	const label = button.textContent;
	button.textContent = __("Booking ...");
	button.setAttribute("aria-busy", "true");
	say(__("Booking your visit. This takes a moment."));
	state.typed = read_form(form);
	const values = {
		...state.typed,
		hold: state.hold,
		accepted: state.typed.accepted ? chosen()[0].policy : "",
		seconds: Math.round((Date.now() - state.opened) / 1000),
	};
	try {
		const told = await ask("book", values, () => say(__("The line is slow. Trying again; you will not be booked twice.")));
		state.countdown.stop();
		if (is_asked(told)) wait_for_deposit(told);
		else done(told);
	} catch (error) {
		button.textContent = label;
		button.removeAttribute("aria-busy");
		if (error.code === "hold_expired") state.countdown.end();
		else if (error.code === "policy_changed") window.location.reload();
		else mark_wrong(form, error);
	} finally {
		sending = false;
	}
}

function done(told) {
	const booked = told.status === "Confirmed";
	const link = `${data.base}/visit/${told.visit}`;
	trail.hidden = true;
	state.hold = null;
	const heading = booked ? __("You are booked") : __("We have your request");
	const text = booked
		? __("We look forward to seeing you. A confirmation is on its way.")
		: __("We will answer soon, and tell you whether the time is confirmed.");
	show(
		place,
		h("div.rb-done", {}, h("span.rb-tick", { "aria-hidden": "true" }, "✓"), h("h1", {}, heading), h("p", {}, text)),
		h("p.rb-when", {}, time.long_text(state.slot.starts_at)),
		h("p", {}, __("Your number is {0}.", [told.number])),
		h("div.rb-actions", {}, h("a.rb-main", { href: link, target: data.embed ? "_blank" : null, rel: "noopener" }, __("See, move or cancel your visit")))
	);
	say(`${heading}. ${text}`);
	tell_summary(true);
}

/** The time is kept until the deposit is paid: what is waited for, the button, and what becomes of it. */
function wait_for_deposit(told) {
	const link = `${data.base}/visit/${told.visit}`;
	trail.hidden = true;
	state.hold = null;
	const heading = __("One step is left");
	show(
		place,
		h("h1", {}, heading),
		h("p.rb-when", {}, time.long_text(state.slot.starts_at)),
		deposit_box(told.deposit),
		h("p", {}, __("Your number is {0}.", [told.number])),
		h("div.rb-actions", {}, h("a.rb-plain", { href: link, target: data.embed ? "_blank" : null, rel: "noopener" }, __("See, move or cancel your visit")))
	);
	say(`${heading}. ${waits_text(told.deposit)}`);
	tell_summary(true);
	watch_deposit(told.visit, (visit) => (visit.status === "Cancelled" ? given_back() : done({ ...told, status: visit.status })));
}

function given_back() {
	const text = __("The deposit did not reach us in time. Nothing was charged; you are welcome to book again.");
	const again = h("a.rb-main", { href: window.location.href }, __("Book again"));
	show(place, h("h1", {}, __("The time was given back")), note("bad", text), h("div.rb-actions", {}, again));
}

function drop_hold() {
	state.countdown?.stop();
	state.countdown = null;
	if (state.hold) ask("hold", { release: state.hold }).catch(() => {});
	state.hold = null;
	state.slot = null;
}

// -- beside the steps

function tell_step(current) {
	trail.hidden = false;
	trail.replaceChildren(
		...STEPS.map((title, number) =>
			h(
				"li",
				{ class: number < current ? "rb-past" : number === current ? "rb-now" : "", "aria-current": number === current ? "step" : null },
				h("span", { "aria-hidden": "true" }, number < current ? "✓" : String(number + 1)),
				title
			)
		)
	);
}

function tell_summary(finished) {
	const services = chosen();
	side.hidden = !services.length;
	if (!services.length) return;
	const rows = services.map((service) =>
		h("li", {}, h("span", {}, service.title, state.people[service.service] && h("small", {}, __("with {0}", [state.people[service.service]]))), h("span.rb-price", {}, money(service.amount)))
	);
	const minutes = services.reduce((sum, service) => sum + service.minutes, 0);
	const amount = services.reduce((sum, service) => sum + service.amount, 0) * (services[0].seats ? state.seats : 1);
	const total = money(amount);
	const own = state.slot && time.own_time(state.slot.starts_at);
	const parts = [
		h("h2", {}, finished ? __("Your visit") : __("Your choice")),
		h("ul", {}, rows),
		h("p.rb-total", {}, h("span", {}, time.length_text(minutes)), h("strong", {}, total)),
		state.slot && h("p.rb-when", {}, time.long_text(state.slot.starts_at)),
		own && h("p.rb-quiet", {}, __("{0} your time", [own])),
	];
	side.replaceChildren(...parts.filter(Boolean));
}

// -- start, with what the address has chosen already

window.addEventListener("pagehide", () => {
	if (state.hold && !sending && navigator.sendBeacon) {
		const body = new Blob([JSON.stringify({ data: { release: state.hold } })], { type: "application/json" });
		navigator.sendBeacon("/api/method/runbook_ops.api.public.hold", body);
	}
});

state.chosen = data.preset.services.filter((name) => by_name[name]);
for (const name of state.chosen) if (by_name[name].people.includes(data.preset.person)) state.people[name] = data.preset.person;
if (state.chosen.length && data.preset.straight) choose_time();
else choose_services();
