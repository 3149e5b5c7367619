// The first step's parts: services to choose, what can follow them, with whom, and for how many.

import { __, h, money } from "./page.js";
import { length_text } from "./time.js";

export function service_card(service, chosen, toggle) {
	return h(
		"button.rb-card",
		{ type: "button", "aria-pressed": String(chosen), "data-service": service.service, onclick: () => toggle(service.service) },
		h("span.rb-mark", { "aria-hidden": "true" }, chosen ? "✓" : ""),
		h(
			"span.rb-what",
			{},
			h("strong", {}, service.title),
			service.about && h("span.rb-about", {}, service.about),
			h("span.rb-quiet", {}, service.seats ? `${length_text(service.minutes)} · ${__("Class")}` : length_text(service.minutes))
		),
		h("span.rb-price", {}, money(service.amount))
	);
}

/** What can follow the chosen services in the same visit. */
export function add_on_choice(services, by_name, chosen, toggle) {
	const rows = new Map();
	for (const service of services) {
		for (const row of service.add_ons) if (by_name[row.service] && row.service !== service.service) rows.set(row.service, row.note);
	}
	if (!rows.size) return null;
	const boxes = [...rows].map(([name, note]) => {
		const service = by_name[name];
		return h(
			"label.rb-extra",
			{},
			h("input", { type: "checkbox", checked: chosen.includes(name), "data-service": name, onchange: () => toggle(name) }),
			h("span", {}, service.title, h("small", {}, [note, `+ ${length_text(service.minutes)}`].filter(Boolean).join(" · "))),
			h("span.rb-price", {}, money(service.amount))
		);
	});
	return h("fieldset.rb-extras", {}, h("legend", {}, __("Goes well with it")), boxes);
}

/** A select a service: anyone, or one of those who do it. */
export function person_choice(service, people, changed) {
	if (!service.people.length || service.seats) return null;
	const id = `rb-with-${service.service}`;
	const options = service.people.map((name) => h("option", { value: name, selected: people[service.service] === name }, name));
	const select = h(
		"select",
		{
			id,
			onchange: (event) => {
				people[service.service] = event.target.value;
				changed();
			},
		},
		h("option", { value: "" }, __("Anyone")),
		options
	);
	return h("div.rb-field", {}, h("label", { for: id }, __("{0} with", [service.title])), select);
}

export function seat_choice(service, state, changed) {
	const most = Math.min(service.seats, 20);
	const options = Array.from({ length: most }, (_, place) => h("option", { value: place + 1, selected: state.seats === place + 1 }, String(place + 1)));
	const select = h(
		"select",
		{
			id: "rb-seats",
			onchange: (event) => {
				state.seats = Number(event.target.value);
				changed();
			},
		},
		options
	);
	return h("div.rb-field", {}, h("label", { for: "rb-seats" }, __("For how many?")), select);
}
