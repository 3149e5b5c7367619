frappe.listview_settings["Service Job"] = {
	add_fields: ["status", "resource", "customer_name"],
	get_indicator(doc) {
		return [__(doc.status), frappe.runbook.job_colour(doc.status), `status,=,${doc.status}`];
	},
	formatters: {
		starts_at: (value) => frappe.runbook.when(value),
	},
};
