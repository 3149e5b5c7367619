// What was written off last, of one customer or of all, and how it is taken back.

const API = "runbook_ops.api.receivables";
const escape = frappe.utils.escape_html;

/** `after(customer)` runs once something is taken back. */
export async function show_write_offs(company, customer, after) {
	const read = () => frappe.runbook.attempt(() => frappe.xcall(`${API}.write_offs`, { company, customer: customer || "" }));
	let rows = await read();
	if (!rows) return;
	const dialog = new frappe.ui.Dialog({
		title: __("Write-offs"),
		size: "large",
		fields: [{ fieldname: "sheet", fieldtype: "HTML", options: sheet_html(rows) }],
	});
	dialog.$wrapper.on("click", "[data-entry]", (event) => {
		const button = event.currentTarget;
		const row = rows.find((one) => one.entry === button.dataset.entry);
		const amount = format_currency(row.amount, row.currency);
		frappe.confirm(__("Take back the write-off of {0}? {1} is open again.", [escape(amount), escape(row.invoice)]), async () => {
			button.disabled = true;
			const done = await frappe.runbook.attempt(() => frappe.xcall(`${API}.take_back`, { entry: row.entry }));
			if (done) {
				const link = frappe.utils.get_form_link("Sales Invoice", done.invoice, true);
				frappe.show_alert({ message: __("Open again: {0}", [link]), indicator: "green" }, 10);
				after(row.customer);
			}
			rows = (await read()) || rows;
			dialog.fields_dict.sheet.$wrapper.html(sheet_html(rows));
		});
	});
	dialog.show();
}

function sheet_html(rows) {
	if (!rows.length) return `<p class="rb-ar-none">${__("Nothing is written off.")}</p>`;
	return `<ul class="rb-ar-written-off">${rows.map(row_html).join("")}</ul>`;
}

function row_html(row) {
	const by = __("{0}, by {1}", [frappe.datetime.str_to_user(row.day), row.user]);
	return `<li>
		<div class="rb-ar-what"><b>${escape(row.customer_name)}</b> ${frappe.utils.get_form_link("Sales Invoice", row.invoice, true)}
			<span>${escape(by)}</span><span>${escape(row.reason || "")}</span></div>
		<b class="rb-ar-figure">${format_currency(row.amount, row.currency)}</b>
		<button class="btn btn-sm btn-default" data-entry="${escape(row.entry)}" aria-label="${escape(__("Take back: {0}", [row.invoice]))}">${__("Take back")}</button>
	</li>`;
}
