// The checkout's HTML: the lines on the left, the sums and the payment on the right.

const escape = frappe.utils.escape_html;

export const money = (amount, currency) => format_currency(amount || 0, currency);

function options(rows, chosen, none) {
	const all = none === null ? rows : [{ value: "", label: none }, ...rows];
	return all
		.map(({ value, label }) => {
			const selected = (chosen || "") === value ? "selected" : "";
			return `<option value="${escape(value)}" ${selected}>${escape(label)}</option>`;
		})
		.join("");
}

function line_html(line, told, start, packages) {
	const paid = Boolean(line.redeem);
	const label = (what) => `aria-label="${escape(`${what}: ${line.text}`)}"`;
	const staff = start.staff.map((one) => ({ value: one.name, label: one.title }));
	const usable = start.packages
		.filter((one) => packages.includes(one.name) || one.name === line.redeem)
		.map((one) => ({ value: one.name, label: __("{0}: {1} left", [one.package, one.left]) }));
	const amount = paid ? __("by package") : money(told?.amount, start.currency);
	return `<li class="rb-line" data-key="${escape(line.key)}">
		<div class="rb-what"><b>${escape(line.kind === "Service" ? line.name : line.text)}</b><span>${__(line.kind)}</span></div>
		<label class="rb-staff">${__("By")}
			<select class="form-control input-sm" data-set="resource" ${label(__("By"))}>${options(staff, line.resource, "–")}</select></label>
		<label class="rb-qty">${__("Qty")}
			<input class="form-control input-sm" data-set="qty" inputmode="decimal" value="${line.qty}" ${label(__("Quantity"))}
			${line.kind === "Service" && paid ? "disabled" : ""}></label>
		<label class="rb-price">${__("Price")}
			<input class="form-control input-sm" data-set="rate" inputmode="decimal" value="${line.rate ?? told?.rate ?? ""}"
			${label(__("Price"))} ${paid ? "disabled" : ""}></label>
		<label class="rb-off">${__("Off %")}
			<input class="form-control input-sm" data-set="discount" inputmode="decimal" value="${line.discount || ""}"
			${label(__("Discount in percent"))} ${paid ? "disabled" : ""}></label>
		<div class="rb-amount ${paid ? "rb-by-package" : ""}">${amount}</div>
		<button class="btn btn-xs rb-drop" data-do="drop" ${label(__("Remove"))}>${frappe.utils.icon("close", "sm")}</button>
		${
			usable.length
				? `<label class="rb-package">${__("Pay with")}
			<select class="form-control input-sm" data-set="redeem" ${label(__("Pay with"))}>${options(usable, line.redeem, __("Money"))}</select></label>`
				: ""
		}
	</li>`;
}

export function lines_html(basket, bill) {
	if (!basket.lines.length) return `<li class="rb-none">${__("Nothing in the basket yet. Add a service, a product or a package.")}</li>`;
	const told = Object.fromEntries((bill?.lines || []).map((line) => [line.key, line]));
	return basket.lines
		.map((line) => line_html(line, told[line.key], basket.start, bill?.packages?.[line.key] || []))
		.join("");
}

const row = (label, amount, more = "") => `<div class="rb-sum ${more}"><span>${label}</span><b>${amount}</b></div>`;

export function sums_html(basket, bill) {
	const { currency } = basket.start;
	if (!bill) return "";
	const taxes = bill.taxes.filter((tax) => tax.amount);
	return [
		taxes.length || bill.discount ? row(__("Before tax"), money(bill.net, currency)) : "",
		bill.discount ? row(__("Of it discount"), `− ${money(bill.discount, currency)}`) : "",
		...taxes.map((tax) => row(escape(tax.text), money(tax.amount, currency))),
		bill.deposit ? row(__("Total"), money(bill.total, currency)) : "",
		bill.deposit ? row(__("Deposit"), `− ${money(bill.deposit, currency)}`) : "",
		bill.tips ? row(__("Tips"), money(bill.tips, currency)) : "",
		row(__("To pay"), money(bill.due, currency), "rb-due"),
	].join("");
}

export function tips_html(basket) {
	const staff = basket.start.staff.map((one) => ({ value: one.name, label: one.title }));
	return basket.tips
		.map(
			(tip, at) => `<li class="rb-tip" data-at="${at}">
			<select class="form-control input-sm" data-tip="resource" aria-label="${__("Tip for")}">${options(staff, tip.resource, null)}</select>
			<input class="form-control input-sm" data-tip="amount" inputmode="decimal" value="${tip.amount ?? ""}" aria-label="${__("Tip")}">
			<button class="btn btn-xs" data-do="drop-tip" aria-label="${__("Remove the tip")}">${frappe.utils.icon("close", "sm")}</button>
		</li>`
		)
		.join("");
}

export function tenders_html(basket) {
	return basket.tenders
		.map(
			(tender, at) => `<li class="rb-tender" data-at="${at}">
			<b>${escape(tender.mode)}</b>
			<input class="form-control" data-tender="amount" inputmode="decimal" value="${tender.amount ?? ""}"
				aria-label="${escape(__("Paid by {0}", [tender.mode]))}">
			${
				tender.is_cash
					? ""
					: `<input class="form-control" data-tender="reference" value="${escape(tender.reference || "")}"
				placeholder="${__("Reference")}" aria-label="${escape(__("Reference of {0}", [tender.mode]))}">`
			}
			<button class="btn btn-xs" data-do="drop-tender" aria-label="${escape(__("Remove {0}", [tender.mode]))}">
				${frappe.utils.icon("close", "sm")}</button>
		</li>`
		)
		.join("");
}

/** What is still to be paid, or the change. */
export function outcome_html(basket, bill) {
	const { currency } = basket.start;
	if (!bill) return "";
	if (bill.problem) return `<div class="rb-outcome rb-wrong">${escape(bill.problem)}</div>`;
	if (bill.change) return `<div class="rb-outcome rb-change">${__("Change")}<b>${money(bill.change, currency)}</b></div>`;
	if (bill.owed && basket.given) return `<div class="rb-outcome">${__("Left to pay")}<b>${money(bill.owed, currency)}</b></div>`;
	return "";
}

/** The button says what stays open, so that nobody leaves it unpaid without seeing it. */
export const post_label = (basket, bill) =>
	bill?.owed ? __("Check out, {0} stays open", [money(bill.owed, basket.start.currency)]) : __("Check out");

export const page_html = (start) => `
	<div class="rb-till">
		<section class="rb-basket" aria-label="${__("Basket")}">
			<header><h2>${escape(start.customer_name)}</h2>
				${start.booking ? `<a href="/app/service-booking/${escape(start.booking)}">${escape(start.booking)}</a>` : `<span>${__("Walk-in")}</span>`}</header>
			<ul class="rb-lines"></ul>
			<div class="rb-add"></div>
		</section>
		<section class="rb-pay" aria-label="${__("Payment")}">
			<div class="rb-discount"><label>${__("Discount on all")}
				<input class="form-control input-sm" inputmode="decimal" data-discount="amount"></label>
				<select class="form-control input-sm" data-discount="kind" aria-label="${__("Kind of discount")}">
					<option value="percent">%</option><option value="amount">${escape(start.currency)}</option></select></div>
			<ul class="rb-tips"></ul>
			${start.takes_tips && start.staff.length ? `<button class="btn btn-default btn-xs" data-do="tip">${__("Add a tip")}</button>` : ""}
			<div class="rb-sums" aria-live="polite"></div>
			<div class="rb-modes" role="group" aria-label="${__("Paid by")}">
				${start.modes.map((mode) => `<button class="btn btn-default" data-mode="${escape(mode.name)}">${escape(mode.name)}</button>`).join("")}
			</div>
			<ul class="rb-tenders"></ul>
			<div class="rb-out" aria-live="polite"></div>
			<button class="btn btn-primary btn-lg rb-post" data-do="post">${__("Check out")}</button>
			<p class="rb-hint">${__("Ctrl+Enter checks out. What is not paid stays open on the invoice.")}</p>
		</section>
	</div>`;

export const done_html = (start, done) => `
	<div class="rb-done" role="status">
		<div class="rb-tick" aria-hidden="true">✓</div>
		<h2>${__("Checked out: {0}", [escape(start.customer_name)])}</h2>
		${done.change ? `<p class="rb-back">${__("Change")} <b>${money(done.change, start.currency)}</b></p>` : ""}
		${done.owed ? `<p class="rb-open">${__("Left to pay")} <b>${money(done.owed, start.currency)}</b></p>` : ""}
		<p>${__("Total")} ${money(done.total, start.currency)} · <a href="/app/checkout/${escape(done.checkout)}">${escape(done.checkout)}</a></p>
		<div class="rb-next">
			<button class="btn btn-primary" data-do="print">${__("Print the receipt")}</button>
			<button class="btn btn-default" data-do="send">${__("Send the receipt")}</button>
			<button class="btn btn-default" data-do="again">${__("Next customer")}</button>
		</div>
	</div>`;
