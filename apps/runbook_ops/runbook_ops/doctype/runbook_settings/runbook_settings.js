frappe.ui.form.on("Runbook Settings", {
	setup(frm) {
		frm.set_query("default_owner", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("default_mode_of_payment", () => ({ filters: { enabled: 1 } }));
	},

	async refresh(frm) {
		frm.add_custom_button(__("Chains"), () => frappe.set_route("List", "Trigger Chain"));
		frm.add_custom_button(__("Services"), () => frappe.set_route("List", "Bookable Service"));
		frm.add_custom_button(__("Resources"), () => frappe.set_route("List", "Service Resource"));
		if (!frappe.model.can_read("Email Account")) return;
		const accounts = await frappe.db.count("Email Account", {
			filters: { default_outgoing: 1, enable_outgoing: 1 },
		});
		if (!accounts) {
			frm.set_intro(
				__("There is no outgoing e-mail account, so messages wait in the review queue. {0}", [
					`<a href="${frappe.utils.get_form_link("Email Account", "new")}">${__("Set one up")}</a>`,
				]),
				"orange"
			);
		}
	},
});
