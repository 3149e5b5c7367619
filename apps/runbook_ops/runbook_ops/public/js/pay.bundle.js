// What a customer is to pay, by a signed link: the invoice with its lines, what is paid already, and the way to pay the rest.

import data, { __, h, money, note, say, show, waiting } from "./online/page.js";
import { ask } from "./online/ask.js";
import * as time from "./online/time.js";

const place = document.getElementById("rb-step");
const LOOK_EVERY = 3000;
const LOOKS = 12;
const BEGINS = 2;

let link = data.link;

function overview(trouble) {
	const invoice = link.invoice;
	show(
		place,
		h("p", {}, h("span.rb-state", { "data-state": STATES[link.status] || "Requested" }, words())),
		h("h1", {}, invoice ? __("Invoice {0}", [invoice.number]) : __("Deposit for your visit")),
		h("p.rb-pay-sum", {}, link.amount ? money(link.amount) : link.settled ? __("Paid. Thank you.") : __("Nothing to pay")),
		trouble && note("bad", trouble),
		!trouble && link.why_not && note(link.settled ? "good" : "calm", link.why_not),
		link.settled && !link.invoice && link.visit?.status === "Confirmed" && note("good", __("Your visit is confirmed.")),
		link.amount > 0 && link.due_at && h("p", {}, __("The time is kept for you until {0}.", [time.long_text(link.due_at)])),
		link.status === "Failed" && link.amount > 0 && note("bad", __("Your bank did not pay. Nothing was charged; you can try again.")),
		ways(),
		link.visit && visit(link.visit),
		invoice && lines(invoice),
		link.pictures.length > 0 && pictures(link.pictures),
		h("p.rb-quiet", {}, __("Reference: {0}", [link.number])),
		link.contact && h("p.rb-quiet", {}, __("Questions? Contact us: {0}", [link.contact]))
	);
}

const STATES = { Paid: "Confirmed", Refunded: "Completed", Failed: "Cancelled", Expired: "Cancelled", Cancelled: "Cancelled" };

function words() {
	return (
		{
			Open: link.amount ? __("To be paid") : __("Settled"),
			Waiting: __("On its way"),
			Paid: __("Paid"),
			Failed: __("Not paid"),
			Expired: __("Expired"),
			Cancelled: __("Withdrawn"),
			Refunded: __("Given back"),
			Disputed: __("Paid"),
		}[link.status] || link.status
	);
}

/** The button of the provider's page, or the bank details. */
function ways() {
	if (!link.amount) return null;
	if (link.online) {
		return h("div.rb-actions", {}, h("button.rb-main", { type: "button", onclick: pay }, __("Pay {0}", [money(link.amount)])));
	}
	const facts = [
		[__("Amount"), money(link.amount)],
		[__("Reference"), link.number],
	];
	return h(
		"section.rb-pay-bank",
		{ "aria-label": __("Bank details") },
		h("h2", {}, __("Pay by bank transfer")),
		h("p.rb-pay-details", {}, link.instructions),
		h("dl.rb-facts", {}, facts.flatMap(([name, value]) => [h("dt", {}, name), h("dd", {}, value)])),
		h("p.rb-quiet", {}, __("Please give the reference, so that we know what it is for."))
	);
}

function visit(about) {
	return h(
		"p.rb-when",
		{},
		`${about.services.join(", ")} · ${time.day_text(about.starts_at)}, ${time.time_text(about.starts_at)} – ${time.time_text(about.ends_at)}`
	);
}

function lines(invoice) {
	const sum = (name, amount, kind) =>
		h("tr", { class: kind }, h("th", { scope: "row", colspan: 2 }, name), h("td", {}, exactly(amount)));
	return h(
		"table.rb-bill",
		{},
		h("caption", {}, __("What it is for")),
		h(
			"thead",
			{},
			h("tr", {}, [__("What"), __("Quantity"), __("Amount")].map((name) => h("th", { scope: "col" }, name)))
		),
		h(
			"tbody",
			{},
			invoice.lines.map((line) =>
				h("tr", {}, h("td", {}, line.text), h("td", {}, String(line.qty)), h("td", {}, exactly(line.amount)))
			)
		),
		h(
			"tfoot",
			{},
			invoice.discount ? sum(__("Discount"), -invoice.discount) : null,
			invoice.taxes.map((tax) => sum(tax.text, tax.amount)),
			sum(__("Total"), invoice.total, "rb-total"),
			invoice.paid ? sum(__("Paid already"), -invoice.paid) : null,
			sum(__("To be paid"), invoice.outstanding, "rb-total")
		)
	);
}

/** What staff took for the customer, small; a press shows one in full. */
function pictures(shown) {
	const address = (number) => `/api/method/runbook_ops.api.pay_links.picture?${new URLSearchParams({ token: data.token, number })}`;
	const one = ({ number, caption }, at) =>
		h(
			"figure",
			{},
			h(
				"a",
				{ href: address(number), target: "_blank", rel: "noopener" },
				h("img", { src: address(number), alt: caption || __("Picture {0}", [at + 1]), loading: "lazy" })
			),
			caption && h("figcaption", {}, caption)
		);
	return h("section.rb-pictures", { "aria-label": __("Pictures of the work") }, h("h2", {}, __("Pictures of the work")), h("div", {}, shown.map(one)));
}

/** An amount, also when it is nothing. */
function exactly(amount) {
	return new Intl.NumberFormat(data.lang, { style: "currency", currency: data.currency }).format(amount);
}

// -- pay

let paying = false;

async function pay() {
	if (paying) return;
	paying = true;
	show(place, waiting(__("Opening the payment page")));
	try {
		for (let turn = 0; turn < BEGINS; turn++) {
			const { url } = await ask("pay_links.begin", { token: data.token }, slow);
			if (url) return window.location.assign(url);
		}
		link = await ask("pay_links.look", { token: data.token }, slow);
		overview();
	} catch (error) {
		await look_again();
		overview(told(error));
	} finally {
		paying = false;
	}
}

async function look_again() {
	try {
		link = await ask("pay_links.look", { token: data.token }, slow);
	} catch {
		return;
	}
}

/** Back from the payment page: the provider is asked until it knows, or as long as people wait. */
async function wait_for_payment() {
	show(place, waiting(__("We are asking whether your payment has come in")));
	for (let turn = 0; turn < LOOKS; turn++) {
		await look_again();
		if (link.settled || link.status !== "Open") break;
		await new Promise((resolve) => setTimeout(resolve, LOOK_EVERY));
	}
	overview();
	say(link.settled ? __("Paid. Thank you.") : link.why_not || words());
}

const told = (error) =>
	error.code ? error.message : __("We can't be reached at the moment. Nothing was charged. Check your connection and try again.");
const slow = () => say(__("The line is slow. Trying again."));

if (link && data.back && link.has_payment && !link.settled) wait_for_payment();
else if (link) overview();
