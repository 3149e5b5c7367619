frappe.ui.form.on("Chain Run", {
	async refresh(frm) {
		if (frm.is_new()) return;
		frm.disable_save();
		if (frm.doc.booking) {
			frm.add_custom_button(__("Booking"), () =>
				frappe.set_route("Form", "Service Booking", frm.doc.booking)
			);
		}
		await frappe.runbook.follow_trail(frm, "story", { run: frm.doc.name });
		const title = frappe.utils.get_link_title("Trigger Chain", frm.doc.chain) || frm.doc.chain;
		const { message } = frm.doc.booking
			? await frappe.db.get_value("Service Booking", frm.doc.booking, "customer_name")
			: { message: {} };
		frm.page.set_title([title, message.customer_name].filter(Boolean).join(": "));
	},
});
