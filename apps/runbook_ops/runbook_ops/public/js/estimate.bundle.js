// An estimate for its customer, by a signed link: options and add-ons to choose, ERPNext's sums, terms, and the answer with a signature.

import data, { __, h, money, note, plain, say, show, waiting } from "./online/page.js";
import { ask } from "./online/ask.js";
import { deposit_box } from "./online/deposit.js";
import { Signature } from "./online/signature.js";

const place = document.getElementById("rb-step");
const ASK_AGAIN_MS = 250;
let estimate = data.estimate;
let typed = "";

const amount = (value) => money(value) || new Intl.NumberFormat(data.lang, { style: "currency", currency: data.currency }).format(0);
const day = (text) => new Intl.DateTimeFormat(data.lang, { dateStyle: "long", timeZone: "UTC" }).format(new Date(`${text}T00:00:00Z`));
const number = (value) => new Intl.NumberFormat(data.lang).format(value);
const told = (error) =>
	error.code ? plain(error.message) : __("We can't be reached at the moment. Nothing was sent. Check your connection and try again.");
const slow = () => say(__("The line is slow. Trying again."));

// -- the estimate

function overview(trouble) {
	if (estimate.over) return answered(trouble);
	const signature = new Signature();
	const form = h("form.rb-form", { novalidate: true, onsubmit: (event) => (event.preventDefault(), approve(form, signature)) });
	form.append(
		...[
			lines(form),
			sums(),
			estimate.terms && h("details.rb-told", { open: true }, h("summary", {}, __("Terms")), h("p", {}, estimate.terms)),
			...estimate.policies.map((text) => h("details.rb-told", {}, h("summary", {}, __("Booking policy: approving the estimate accepts it")), h("p", {}, text))),
			h("h2.rb-part", {}, __("Approve and sign")),
			h("p.rb-quiet", {}, __("Type your name and draw your signature. If you can't draw, your typed name counts as your signature.")),
			h(
				"div.rb-field",
				{},
				h("label", { for: "rb-name" }, __("Your name")),
				h("input", { id: "rb-name", name: "name", autocomplete: "name", maxlength: 64, required: true, value: typed, oninput: (event) => right(event.target) })
			),
			signature.element,
			h("div.rb-wrong", {}),
			h(
				"div.rb-actions",
				{},
				h("button.rb-main", { type: "submit" }, approve_label()),
				h("button.rb-plain", { type: "button", onclick: ask_reason }, __("Decline"))
			),
		].filter(Boolean)
	);
	show(
		place,
		h("p.rb-quiet", {}, __("Estimate {0} for {1}", [estimate.number, estimate.customer])),
		h("h1", {}, __("Your estimate")),
		estimate.valid_till && h("p.rb-when", {}, __("Valid until {0}", [day(estimate.valid_till)])),
		trouble && note("bad", trouble),
		form,
		contact()
	);
	signature.start();
	if (trouble) say(trouble);
	refresh(form, 0);
}

const approve_label = () => __("Approve {0}", [amount(estimate.total)]);
const contact = () => estimate.contact && h("p.rb-quiet", {}, __("Questions? Contact us: {0}", [estimate.contact]));

function lines(form) {
	const groups = new Map();
	const parts = [];
	const fixed = h("ul.rb-lines", {});
	const extras = [];
	for (const line of estimate.lines) {
		if (line.group && estimate.may_choose) groups.set(line.group, [...(groups.get(line.group) || []), line]);
		else if (line.add_on && estimate.may_choose) extras.push(line);
		else fixed.append(h("li", {}, what(line), h("span.rb-price", {}, amount(line.amount))));
	}
	if (fixed.children.length) parts.push(fixed);
	[...groups].forEach(([group, options], place) =>
		parts.push(h("fieldset.rb-extras", {}, h("legend", {}, group), options.map((line) => choice(form, line, "radio", `group-${place}`))))
	);
	if (extras.length) parts.push(h("fieldset.rb-extras", {}, h("legend", {}, __("If you like")), extras.map((line) => choice(form, line, "checkbox", "add-on"))));
	return h("div", {}, parts);
}

function what(line) {
	const many = line.qty !== 1 && h("small", {}, `${number(line.qty)} ${line.uom} × ${amount(line.rate)}`);
	return h("span", {}, line.name, line.about && h("small", {}, line.about), many);
}

function choice(form, line, type, name) {
	const change = () => {
		for (const other of estimate.lines) {
			if (type === "radio" && other.group === line.group) other.chosen = other.row === line.row;
		}
		if (type === "checkbox") line.chosen = input.checked;
		refresh(form, ASK_AGAIN_MS);
	};
	const input = h("input", { type, name, value: line.row, checked: line.chosen, onchange: change });
	return h("label.rb-extra", {}, input, what(line), h("span.rb-price", {}, amount(line.amount)));
}

function sums() {
	const rows = [
		(estimate.taxes.length || estimate.discount) && [__("Net"), estimate.net],
		...estimate.taxes.map((tax) => [tax.name, tax.amount]),
	].filter(Boolean);
	return h(
		"div.rb-sums",
		{},
		rows.map(([name, value]) => h("p", {}, h("span", {}, name), h("span.rb-price", {}, amount(value)))),
		estimate.discount > 0 && h("p.rb-quiet", {}, __("A discount of {0} is taken off.", [amount(estimate.discount)])),
		h("p.rb-total", {}, h("strong", {}, __("Total")), h("strong.rb-price", {}, amount(estimate.total))),
		estimate.deposit > 0 && estimate.state !== "Approved" && h("p.rb-quiet", {}, __("With your approval we ask for a deposit of {0}.", [amount(estimate.deposit)]))
	);
}

const choice_rows = () => estimate.lines.filter((line) => line.chosen && (line.group || line.add_on)).map((line) => line.row);

// -- the sums, always the server's

let timer = null;
let asked = 0;
let settled = Promise.resolve();

/** Ask for the sums of the present choice; an answer that a later choice has overtaken is left out. */
function refresh(form, pause) {
	clearTimeout(timer);
	const mine = ++asked;
	form.setAttribute("aria-busy", "true");
	settled = new Promise((done) => {
		timer = setTimeout(async () => {
			try {
				const reckoned = await ask("estimates.total", { token: data.token, choice: choice_rows() }, slow);
				if (mine === asked) take_sums(form, reckoned, pause > 0);
			} catch (error) {
				if (mine === asked) wrong(form, told(error));
			}
			done();
		}, pause);
	});
}

function take_sums(form, reckoned, aloud) {
	const changed = reckoned.seen !== estimate.seen && !aloud;
	Object.assign(estimate, reckoned);
	form.removeAttribute("aria-busy");
	form.querySelector(".rb-sums").replaceWith(sums());
	form.querySelector(".rb-main").textContent = approve_label();
	form.querySelector(".rb-wrong").replaceChildren();
	if (aloud) say(__("Total: {0}", [amount(estimate.total)]));
	if (changed) reload(__("The estimate has changed meanwhile. Please look at it again, then sign it."));
}

/** The page as it is now; what was typed is kept by the browser's own history of forms. */
function reload(text) {
	show(place, note("bad", text), h("div.rb-actions", {}, h("button.rb-main", { type: "button", onclick: () => location.reload() }, __("Show the estimate"))));
	say(text);
}

// -- the answer

let sending = false;

async function approve(form, signature) {
	if (sending) return;
	const name = form.elements.name;
	typed = name.value.trim();
	if (!typed) return missing(name, __("Please type your name."));
	sending = true;
	const button = form.querySelector(".rb-main");
	button.disabled = true;
	say(__("Sending your approval"));
	try {
		await settled;
		const values = { token: data.token, choice: choice_rows(), seen: estimate.seen, name: typed, signature: signature.picture() };
		estimate = await ask("estimates.approve", values, slow);
		answered();
	} catch (error) {
		button.disabled = false;
		if (error.code === "estimate_changed") reload(error.message);
		else if (error.field === "name") missing(name, plain(error.message));
		else wrong(form, told(error));
	} finally {
		sending = false;
	}
}

function ask_reason() {
	const reason = h("textarea", { id: "rb-reason", name: "reason", rows: 3, maxlength: 500, oninput: (event) => right(event.target) });
	const form = h(
		"form.rb-form",
		{ novalidate: true, onsubmit: (event) => (event.preventDefault(), decline(form, reason)) },
		h("div.rb-field", {}, h("label", { for: "rb-reason" }, __("Would you tell us why?")), reason),
		h("div.rb-wrong", {}),
		h(
			"div.rb-actions",
			{},
			h("button.rb-plain", { type: "button", onclick: () => overview() }, __("Back to the estimate")),
			h("button.rb-danger", { type: "submit" }, __("Decline"))
		)
	);
	typed = document.getElementById("rb-name")?.value ?? typed;
	show(place, h("h1", {}, __("Decline this estimate?")), form);
}

async function decline(form, reason) {
	if (sending) return;
	if (!reason.value.trim()) return missing(reason, __("Please tell us in a few words why it does not suit you."));
	sending = true;
	try {
		estimate = await ask("estimates.decline", { token: data.token, reason: reason.value }, slow);
		answered();
	} catch (error) {
		wrong(form, told(error));
	} finally {
		sending = false;
	}
}

const HEADINGS = { Approved: __("Thank you"), Declined: __("The estimate is declined"), Expired: __("This estimate has expired") };
const TEXTS = {
	Approved: __("Your approval has reached us. We will contact you to agree on the time."),
	Declined: __("We have noted it. Thank you for telling us why."),
};

function answered() {
	const text = TEXTS[estimate.state] || estimate.over;
	const lines_then = estimate.lines.filter((line) => line.chosen);
	show(
		place,
		h("p.rb-quiet", {}, __("Estimate {0} for {1}", [estimate.number, estimate.customer])),
		h("h1", {}, HEADINGS[estimate.state] || __("Your estimate")),
		note(estimate.state === "Approved" ? "good" : "calm", text),
		estimate.signed && h("p.rb-when", {}, __("Signed by {0} on {1}", [estimate.signed.name, day(estimate.signed.at.slice(0, 10))])),
		estimate.state === "Approved" && h("ul.rb-lines", {}, lines_then.map((line) => h("li", {}, what(line), h("span.rb-price", {}, amount(line.amount))))),
		estimate.state === "Approved" && sums(),
		estimate.deposits.map(deposit),
		contact()
	);
	say(text);
}

/** The deposit of a visit: the button that pays it, or that it has come. */
function deposit(asked) {
	if (asked.state === "Paid") return note("good", __("{0}: your deposit of {1} is there.", [asked.service, amount(asked.amount)]));
	return h("section", {}, h("h2.rb-part", {}, __("Deposit: {0}", [asked.service])), deposit_box(asked));
}

function missing(input, text) {
	right(input);
	input.setAttribute("aria-invalid", "true");
	input.setAttribute("aria-describedby", "rb-missing");
	input.after(h("p.rb-error", { id: "rb-missing" }, text));
	input.focus();
	say(text);
}

function right(input) {
	input.removeAttribute("aria-invalid");
	input.removeAttribute("aria-describedby");
	input.parentElement.querySelector(".rb-error")?.remove();
}

function wrong(form, text) {
	form.removeAttribute("aria-busy");
	form.querySelector(".rb-wrong").replaceChildren(note("bad", text));
}

if (estimate) overview();
