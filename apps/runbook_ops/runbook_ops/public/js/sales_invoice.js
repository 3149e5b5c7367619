// ERPNext's Sales Invoice: the link by which its customer pays.

frappe.ui.form.on("Sales Invoice", {
	refresh(frm) {
		const { docstatus, is_return, outstanding_amount } = frm.doc;
		if (docstatus !== 1 || is_return || outstanding_amount <= 0 || !frappe.model.can_read("Pay Link")) return;
		frm.add_custom_button(
			__("Send pay link"),
			() => frappe.runbook.send_pay_link(frm, { invoice: frm.doc.name }),
			__("Create")
		);
	},
});
