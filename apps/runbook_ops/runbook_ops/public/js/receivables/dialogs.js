// What is asked before a payment, a promise or a write-off is posted, and the statement.

const API = "runbook_ops.api.receivables";
const escape = frappe.utils.escape_html;
const money = (row) => format_currency(row.owed, row.currency);
const in_currency = (row) => __("Amount in {0}", [row.currency]);

function ask(title, fields, label, work) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: label,
		async primary_action(values) {
			dialog.disable_primary_action();
			const done = await frappe.runbook.attempt(() => work(values));
			dialog.enable_primary_action();
			if (done) dialog.hide();
		},
	});
	dialog.show();
	return dialog;
}

function tell(message, doctype, name) {
	frappe.show_alert({ message: `${message}: ${frappe.utils.get_form_link(doctype, name, true)}`, indicator: "green" }, 10);
}

/** Money that has come: a part, or (`whole`) all that is owed. */
export function collect(told, row, after, whole = false) {
	const fields = [
		{
			fieldname: "amount",
			fieldtype: "Currency",
			label: in_currency(row),
			options: "currency",
			default: row.owed,
			reqd: 1,
			read_only: whole ? 1 : 0,
			description: __("{0} is owed on {1}", [money(row), row.name]),
		},
		{ fieldname: "mode_of_payment", fieldtype: "Select", label: __("How it came"), options: told.modes, default: told.modes[0], reqd: 1 },
		{ fieldname: "reference", fieldtype: "Data", label: __("Reference"), description: __("Of the transfer or cheque") },
		{ fieldname: "day", fieldtype: "Date", label: __("Date"), default: told.today, reqd: 1 },
	];
	const title = whole ? __("Mark {0} paid", [row.name]) : __("Collect payment");
	ask(title, fields, __("Book payment"), async (values) => {
		const done = await frappe.xcall(`${API}.collect`, { ...values, invoice: row.name, owed: row.owed });
		tell(__("Booked"), "Payment Entry", done.payment_entry);
		after();
		return done;
	});
}

export function promise(told, row, after) {
	const fields = [
		{ fieldname: "day", fieldtype: "Date", label: __("Promised for"), default: frappe.datetime.add_days(told.today, 7), reqd: 1 },
		{ fieldname: "amount", fieldtype: "Currency", label: in_currency(row), default: row.owed, reqd: 1 },
		{ fieldname: "note", fieldtype: "Small Text", label: __("Note"), description: __("Who said it, and what") },
	];
	ask(__("Promise to pay {0}", [row.name]), fields, __("Note promise"), async (values) => {
		const done = await frappe.xcall(`${API}.promise`, { ...values, invoice: row.name });
		frappe.show_alert({ message: __("Noted for {0}", [frappe.datetime.str_to_user(done.promised_for)]), indicator: "green" });
		after();
		return done;
	});
}

export function write_off(told, row, after) {
	const fields = [
		{ fieldname: "amount", fieldtype: "Currency", label: in_currency(row), default: row.owed, reqd: 1 },
		{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		{
			fieldname: "told",
			fieldtype: "HTML",
			options: `<p class="rb-ar-told">${__("Posted to the company's write-off account. It can be taken back under Write-offs.")}</p>`,
		},
	];
	ask(__("Write off {0}", [row.name]), fields, __("Write off"), async (values) => {
		const done = await frappe.xcall(`${API}.write_off`, { ...values, invoice: row.name, owed: row.owed });
		tell(__("Written off"), "Journal Entry", done.journal_entry);
		after();
		return done;
	});
}

/** What is open of a customer by a day, as it would be sent or printed. */
export async function show_statement(page, customer) {
	const about = { customer, company: page.company };
	const read = (as_of) => frappe.runbook.attempt(() => frappe.xcall(`${API}.statement`, { ...about, as_of }));
	const told = await read(page.told.today);
	if (!told) return;
	const dialog = ask(
		__("Statement of {0}", [told.as_of]),
		[
			{ fieldname: "as_of", fieldtype: "Date", label: __("As of"), default: page.told.today, reqd: 1 },
			{ fieldname: "sheet", fieldtype: "HTML", options: statement_html(told) },
			{ fieldname: "recipient", fieldtype: "Data", label: __("E-mail to"), default: told.recipients },
		],
		__("Send by e-mail"),
		async ({ as_of, recipient }) => {
			const done = await frappe.xcall(`${API}.send_statement`, { ...about, as_of, recipient: recipient || "" });
			frappe.show_alert({ message: __("Sent to {0}", [done.sent_to]), indicator: "green" });
			if (done.without_pdf) frappe.show_alert({ message: escape(done.without_pdf), indicator: "orange" }, 10);
			return done;
		}
	);
	let shown = page.told.today;
	dialog.fields_dict.as_of.df.onchange = async () => {
		const as_of = dialog.get_value("as_of");
		if (!as_of || as_of === shown) return;
		shown = as_of;
		const found = await read(as_of);
		if (as_of !== shown) return;
		dialog.set_title(__("Statement of {0}", [found ? found.as_of : frappe.datetime.str_to_user(as_of)]));
		dialog.fields_dict.sheet.$wrapper.html(found ? statement_html(found) : "");
	};
	dialog.set_secondary_action_label(__("Print"));
	dialog.set_secondary_action(() => {
		const query = new URLSearchParams({ ...about, as_of: dialog.get_value("as_of") || shown });
		window.open(frappe.urllib.get_full_url(`/api/method/${API}.print_statement?${query}`));
	});
	dialog.$wrapper.find(".modal-dialog").addClass("modal-lg");
}

function statement_html(told) {
	const cells = (row) => [row.day, row.due, `${row.kind} ${row.voucher}`, row.invoiced, row.paid, row.owed];
	const heads = [__("Date"), __("Due"), __("Document"), __("Invoiced"), __("Paid"), __("Open")];
	const ages = [__("Not due"), __("0-30 days"), __("31-60 days"), __("61-90 days"), __("Over 90 days")];
	const line = (tag, all) => `<tr>${all.map((text) => `<${tag}>${escape(text)}</${tag}>`).join("")}</tr>`;
	return `<div class="rb-ar-sheet">
		<p><b>${escape(told.customer)}</b>, ${escape(told.company)}</p>
		<div class="rb-ar-scroll" tabindex="0" role="region" aria-label="${__("Open documents")}"><table>
			<thead>${line("th", heads)}</thead>
			<tbody>${told.lines.map((row) => line("td", cells(row))).join("")}</tbody>
			<tfoot>${told.totals.map((total) => `<tr><th colspan="5">${escape(total.title)}</th><th>${escape(total.balance)}</th></tr>`).join("")}</tfoot>
		</table></div>
		<div class="rb-ar-scroll" tabindex="0" role="region" aria-label="${__("By age")}"><table>
			<thead>${line("th", ages)}</thead><tbody>${told.totals.map((total) => line("td", total.ages)).join("")}</tbody>
		</table></div>
	</div>`;
}
