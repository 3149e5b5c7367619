frappe.ui.form.on("Chain Run", {
	async refresh(frm) {
		if (frm.is_new()) return;
		frm.disable_save();
		if (frm.doc.booking) {
			frm.add_custom_button(__("Booking"), () =>
				frappe.set_route("Form", "Service Booking", frm.doc.booking)
			);
		}
		await frappe.runbook.follow_trail(frm, "story", { run: frm.doc.name }, (rows) => {
			if (rows.length) frm.page.set_title(rows[0].chain_title || frm.doc.chain);
		});
	},
});
