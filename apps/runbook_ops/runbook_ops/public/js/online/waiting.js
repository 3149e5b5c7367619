// Whom no open time suits leaves a name here, and is told when one comes free.

import data, { __, h, note, say } from "./page.js";
import { ask } from "./ask.js";
import { field, mark_wrong } from "./form.js";
import * as time from "./time.js";

const WEEKS = 6;

/** A box to open below the open times; `asked` is what is looked for, as the server takes it. */
export function waiting_box(asked) {
	const opened = { at: 0 };
	const last = time.add_days(data.today, WEEKS * 7 - 1);
	const day = (name, label, value) => {
		const element = field(name, label, { type: "date", min: data.today, max: last, required: true }, {});
		element.querySelector("input").value = value;
		return element;
	};
	const form = h(
		"form.rb-form",
		{ novalidate: true, onsubmit: (event) => send(event, asked, opened.at) },
		h("p.rb-quiet", {}, __("We write to you as soon as a time comes free. Whoever answers first has it.")),
		h("div.rb-pair", {}, day("first", __("From"), data.today), day("last", __("Until"), time.add_days(data.today, 13))),
		field("name", __("Name"), { autocomplete: "name", maxlength: 64 }, {}),
		field("email", __("E-mail"), { type: "email", autocomplete: "email", maxlength: 140 }, {}),
		h("div.rb-trap", { "aria-hidden": "true" }, h("label", {}, "Website", h("input", { name: "website", tabindex: "-1", autocomplete: "off" }))),
		h("div.rb-wrong", {}),
		h("div.rb-actions", {}, h("button.rb-main", { type: "submit" }, __("Put me on the waitlist")))
	);
	return h(
		"details.rb-told",
		{ ontoggle: () => (opened.at ||= Date.now()) },
		h("summary", {}, __("None of these suits you?")),
		form
	);
}

async function send(event, asked, opened) {
	event.preventDefault();
	const form = event.target;
	const button = form.querySelector("[type=submit]");
	const text = (name) => form.elements[name].value;
	const values = { name: text("name"), email: text("email"), first: text("first"), last: text("last"), website: text("website") };
	button.disabled = true;
	say(__("Sending. This takes a moment."));
	try {
		const seconds = Math.round((Date.now() - opened) / 1000);
		const told = await ask("wait", { ...asked, ...values, seconds }, () => say(__("The line is slow. Trying again.")));
		form.replaceWith(note("calm", h("p", {}, told.text)));
		say(told.text);
	} catch (error) {
		button.disabled = false;
		mark_wrong(form, error);
	}
}
