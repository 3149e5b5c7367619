frappe.ui.form.on("Runbook Settings", {
	setup(frm) {
		frm.set_query("default_owner", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("default_mode_of_payment", () => ({ filters: { enabled: 1 } }));
		for (const field of ["fee_tax_template", "charge_tax_template"]) {
			frm.set_query(field, "company_accounts", (_doc, doctype, name) => ({
				filters: { company: locals[doctype][name].company, disabled: 0 },
			}));
		}
	},

	async refresh(frm) {
		frm.add_custom_button(__("Chains"), () => frappe.set_route("List", "Trigger Chain"));
		frm.add_custom_button(__("Services"), () => frappe.set_route("List", "Bookable Service"));
		frm.add_custom_button(__("Resources"), () => frappe.set_route("List", "Service Resource"));
		frm.add_custom_button(__("Set up accounts"), () => set_up_accounts(frm));
		frappe.runbook.add_feed_buttons(frm, null);
		frm.add_custom_button(__("Copy address"), () => show_health_address(false), __("Health address"));
		frm.add_custom_button(__("Renew"), () => show_health_address(true), __("Health address"));
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

async function show_health_address(renew) {
	const address = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.health.address", { renew }));
	if (!address) return;
	frappe.utils.copy_to_clipboard(address);
	const help = __(
		"Have a monitor ask it each minute: it answers 200 while steps are being worked, else 503. Whoever knows it can ask."
	);
	frappe.msgprint({
		title: __("Health address"),
		message: `<p><code class="rb-feed-address">${frappe.utils.escape_html(address)}</code></p><p>${help}</p>`,
	});
}

async function set_up_accounts(frm) {
	const made = await frappe.runbook.attempt(async () => {
		if (frm.is_dirty()) await frm.save();
		return await frappe.xcall("runbook_ops.api.packages.set_up");
	});
	if (!made) return;
	frappe.show_alert({
		message: __("The accounts of {0} are set up.", [Object.keys(made).join(", ")]),
		indicator: "green",
	});
	await frm.reload_doc();
}
