// The details of whoever comes: a form that keeps what was typed and marks the field that has to be mended.

import { __, h, note, plain, say } from "./page.js";

/** `send(form)` is called when the browser finds nothing missing; `asked` are the words about a deposit. */
export function details_form(services, policy, typed, send, asked = []) {
	const outside = services.some((service) => service.needs_address);
	const form = h(
		"form.rb-form",
		{
			novalidate: true,
			oninput: (event) => right(event.target),
			onsubmit: (event) => {
				event.preventDefault();
				if (complete(form)) send(form);
			},
		},
		field("name", __("Name"), { autocomplete: "name", required: true, maxlength: 64 }, typed),
		h(
			"div.rb-pair",
			{},
			field("email", __("E-mail"), { type: "email", autocomplete: "email", inputmode: "email", maxlength: 140 }, typed),
			field("phone", __("Phone"), { type: "tel", autocomplete: "tel", inputmode: "tel", maxlength: 40 }, typed)
		),
		h("p.rb-quiet", {}, __("One of the two is enough. By e-mail you get the confirmation and the reminders.")),
		outside && address(typed),
		field("notes", __("Anything we should know? (optional)"), { rows: 3, maxlength: 2000 }, typed, "textarea"),
		h("div.rb-trap", { "aria-hidden": "true" }, h("label", {}, "Website", h("input", { name: "website", tabindex: "-1", autocomplete: "off" }))),
		services.flatMap((service) => service.told).map((row) => h("details.rb-told", { open: true }, h("summary", {}, row.title), h("p", {}, row.body))),
		asked.length > 0 && note("calm", asked.map((text) => h("p.rb-deposit", {}, text))),
		policy !== undefined && policy_box(policy, typed),
		h("div.rb-wrong", {}),
		h("div.rb-actions", {}, h("button.rb-main", { type: "submit" }, __("Book now")))
	);
	return form;
}

export function read_form(form) {
	const text = (name) => form.elements[name]?.value ?? "";
	const values = { name: text("name"), email: text("email"), phone: text("phone"), notes: text("notes"), website: text("website") };
	if (form.elements.line) values.address = { line: text("line"), city: text("city"), postcode: text("postcode") };
	values.accepted = Boolean(form.elements.accepted?.checked);
	return values;
}

/** Show the server's refusal at its field, and go there. */
export function mark_wrong(form, error) {
	const text = error.code ? plain(error.message) : __("We can't be reached at the moment. Your form is kept: check your connection and send it again.");
	const input = error.field && form.elements[error.field];
	if (input && input.tagName) wrong(input, text);
	else form.querySelector(".rb-wrong").replaceChildren(note("bad", text));
	say(text);
}

function complete(form) {
	form.querySelectorAll("[aria-invalid]").forEach(right);
	form.querySelector(".rb-wrong").replaceChildren();
	const { name, email, phone, line, city, accepted } = form.elements;
	const missing = [
		[name, !name.value.trim(), __("Please tell us your name.")],
		[email, !email.value.trim() && !phone.value.trim(), __("Please give an e-mail address or a phone number.")],
		[email, email.value.trim() && !/^\S+@\S+\.\S{2,}$/.test(email.value.trim()), __("Please write the whole e-mail address, such as name@example.com.")],
		[line, line && !line.value.trim(), __("Please tell us the street and number.")],
		[city, city && !city.value.trim(), __("Please tell us the city.")],
		[accepted, accepted && !accepted.checked, __("Please read and accept the booking policy.")],
	].filter(([input, bad]) => input && bad);
	for (const [input, , text] of [...missing].reverse()) wrong(input, text);
	if (missing.length) say(missing.map(([, , text]) => text).join(" "));
	return !missing.length;
}

function wrong(input, text) {
	const id = `rb-error-${input.name}`;
	const box = input.closest(".rb-field") || input.parentElement;
	box.querySelector(".rb-error")?.remove();
	box.append(h("p.rb-error", { id }, text));
	input.setAttribute("aria-invalid", "true");
	input.setAttribute("aria-describedby", id);
	input.focus();
}

function right(input) {
	if (!input.hasAttribute("aria-invalid")) return;
	input.removeAttribute("aria-invalid");
	input.removeAttribute("aria-describedby");
	(input.closest(".rb-field") || input.parentElement).querySelector(".rb-error")?.remove();
}

export function field(name, label, attributes, typed, tag = "input") {
	const id = `rb-${name}`;
	const input = h(tag, { id, name, ...attributes });
	input.value = typed[name] || "";
	return h("div.rb-field", {}, h("label", { for: id }, label), input);
}

function address(typed) {
	const known = typed.address || {};
	return h(
		"fieldset.rb-place",
		{},
		h("legend", {}, __("Where should we come?")),
		field("line", __("Street and number"), { autocomplete: "address-line1", maxlength: 140 }, known),
		h(
			"div.rb-pair",
			{},
			field("postcode", __("Postcode"), { autocomplete: "postal-code", maxlength: 20 }, known),
			field("city", __("City"), { autocomplete: "address-level2", maxlength: 100 }, known)
		)
	);
}

function policy_box(policy, typed) {
	return h(
		"div.rb-field.rb-policy",
		{},
		h("div.rb-policy-text", { tabindex: "0", role: "region", "aria-label": __("Booking policy") }, policy),
		h("label.rb-accept", {}, h("input", { type: "checkbox", name: "accepted", checked: Boolean(typed.accepted) }), h("span", {}, __("I have read the booking policy and accept it.")))
	);
}
