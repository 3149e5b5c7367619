frappe.ui.form.on("Customer Statement", {
	refresh(frm) {
		frm.add_custom_button(__("Print"), () => frappe.runbook.print(frm.doctype, frm.docname, "Customer Statement"));
	},
});
