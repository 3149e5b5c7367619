frappe.listview_settings["Chain Run"] = {
	add_fields: ["status", "booking"],
	get_indicator(doc) {
		return [__(doc.status), frappe.runbook.run_colour(doc.status), `status,=,${doc.status}`];
	},
	formatters: {
		chain: (value) => frappe.utils.get_link_title("Trigger Chain", value) || value,
		started_at: (value) => frappe.runbook.when(value),
	},
};
