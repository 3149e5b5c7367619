// The page's HTML: a table of customers by age, which becomes a list of cards where it is narrow.

const escape = frappe.utils.escape_html;
const money = (amount, currency) => format_currency(amount || 0, currency);

const HEADS = {
	not_due: __("Not due"),
	to_30: __("0-30 days"),
	to_60: __("31-60 days"),
	to_90: __("61-90 days"),
	over_90: __("Over 90 days"),
};

export function page_html() {
	return `<div class="rb-ar-bar">
		<label>${__("Customer")}
			<input class="form-control input-sm" type="search" data-search placeholder="${__("Search")} (/)" autocomplete="off"></label>
		<button class="btn btn-default btn-sm rb-ar-all-write-offs" data-do="write-offs" hidden>${__("Write-offs")}</button>
		<label class="rb-ar-company">${__("Company")}<select class="form-control input-sm" data-company></select></label>
	</div>
	<div class="rb-ar-table" aria-live="polite"></div>`;
}

const figure = (label, amount, told, more = "") =>
	`<td class="rb-ar-figure ${amount ? "" : "rb-ar-zero"} ${more}" data-label="${escape(label)}">${money(amount, told.currency)}</td>`;

function figures(told, one) {
	return (
		told.ages.map((age) => figure(HEADS[age], one[age], told, age === "over_90" && one[age] ? "rb-ar-late" : "")).join("") +
		figure(__("Owed"), one.owed, told, "rb-ar-whole") +
		figure(__("Credit"), one.credit, told)
	);
}

export function customer_html(told, one, is_open) {
	const label = is_open ? __("Hide what is open of {0}", [one.customer_name]) : __("Show what is open of {0}", [one.customer_name]);
	return `<tr class="rb-ar-customer">
		<th scope="row"><button class="btn btn-link rb-ar-name" data-do="toggle" aria-expanded="${is_open}" aria-label="${escape(label)}">
			${frappe.utils.icon(is_open ? "down" : "right", "xs")}<span>${escape(one.customer_name)}</span></button></th>
		${figures(told, one)}
	</tr>`;
}

const button = (what, label, row, look = "btn-default") =>
	`<button class="btn btn-xs ${look}" data-do="${what}" aria-label="${escape(`${label}: ${row.name}`)}">${escape(label)}</button>`;

function actions(told, row) {
	if (!row.is_invoice) return "";
	const { may } = told;
	return [
		may.collect ? button("collect", __("Collect payment"), row, "btn-primary") + button("paid", __("Mark paid"), row) : "",
		may.promise ? button("promise", row.promised_for ? __("New promise") : __("Promise to pay"), row) : "",
		may.link ? button("link", __("Send pay link"), row) : "",
		may.write_off ? button("write-off", __("Write off"), row) : "",
	].join("");
}

function words(told, row) {
	if (row.owed < 0) return `<span>${__("Not set against an invoice")}</span>`;
	const late = row.days ? __("{0} days overdue", [row.days]) : row.age === "not_due" ? __("Not due") : __("Due today");
	return `<b class="${row.days ? "rb-ar-late" : ""}">${late}</b>`;
}

function notes(told, row) {
	const found = [];
	if (row.finance_charge) found.push(__("Finance charge"));
	if (row.pay_link) found.push(__("Pay link is open"));
	if (row.promised_for) {
		const said = __("{0} promised for {1}", [money(row.promised, row.promised_in), frappe.datetime.str_to_user(row.promised_for)]);
		found.push(`<span class="${row.promise_over ? "rb-ar-late" : "rb-ar-kept"}">${said}</span> ${escape(row.promise_note)}`);
	}
	return found.length ? `<div class="rb-ar-notes">${found.join(" · ")}</div>` : "";
}

/** What an amount in another currency is in the ledger. */
const in_ledger = (told, row) =>
	row.currency === told.currency ? "" : `<span class="rb-ar-value">${__("{0} in the ledger", [money(row.value, told.currency)])}</span>`;

function voucher_html(told, row) {
	const link = `<a href="${escape(frappe.utils.get_form_link(row.kind, row.name))}">${escape(row.name)}</a>`;
	return `<li class="rb-ar-voucher" data-voucher="${escape(row.name)}">
		<div class="rb-ar-document"><b>${link}</b><span>${escape(__(row.kind))}, ${frappe.datetime.str_to_user(row.posted)}</span></div>
		<div class="rb-ar-due-on">${row.owed > 0 ? `<span>${__("Due {0}", [frappe.datetime.str_to_user(row.due)])}</span>` : ""}${words(told, row)}</div>
		<div class="rb-ar-owed">${money(row.owed, row.currency)}${in_ledger(told, row)}</div>
		<div class="rb-ar-actions">${actions(told, row)}</div>
		${notes(told, row)}
	</li>`;
}

export function details_html(told, one, rows) {
	const form = frappe.utils.get_form_link("Customer", one.customer);
	return `<tr class="rb-ar-details"><td colspan="${told.ages.length + 3}">
		<div class="rb-ar-head">
			<a href="${escape(form)}">${__("Customer record")}</a>
			<button class="btn btn-xs btn-default" data-do="statement">${__("Statement")}</button>
			${told.may.write_off ? `<button class="btn btn-xs btn-default" data-do="write-offs">${__("Write-offs")}</button>` : ""}
		</div>
		<ul>${rows.map((row) => voucher_html(told, row)).join("")}</ul>
	</td></tr>`;
}

export function table_html(told, customers, open) {
	if (!customers.length) return `<p class="rb-ar-none">${told.search ? __("Nobody of this name owes anything.") : __("Nobody owes anything.")}</p>`;
	const heads = [__("Customer"), ...told.ages.map((age) => HEADS[age]), __("Owed"), __("Credit")];
	const bodies = customers.map((one) => {
		const rows = open.get(one.customer);
		const inside = customer_html(told, one, Boolean(rows)) + (rows ? details_html(told, one, rows) : "");
		return `<tbody data-customer="${escape(one.customer)}">${inside}</tbody>`;
	});
	const all = `<tr class="rb-ar-customer rb-ar-all"><th scope="row">${told.search ? __("All found ({0})", [told.totals.customers]) : __("All customers ({0})", [told.totals.customers])}</th>${figures(told, told.totals)}</tr>`;
	return `<table>
		<caption class="sr-only">${__("What customers owe, by days overdue on {0}", [frappe.datetime.str_to_user(told.today)])}</caption>
		<thead><tr>${heads.map((head, at) => `<th scope="col" class="${at ? "rb-ar-figure" : ""}">${escape(head)}</th>`).join("")}</tr></thead>
		<tbody>${all}</tbody>${bodies.join("")}
	</table>
	${told.more ? `<button class="btn btn-default btn-sm" data-do="more">${__("Show more")}</button>` : ""}`;
}
