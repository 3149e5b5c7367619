frappe.listview_settings["Service Plan"] = {
	add_fields: ["status", "rule_text"],
	hide_name_column: true,
	get_indicator(doc) {
		const colours = { Active: "green", Paused: "orange", Ended: "gray" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
	formatters: {
		rule_text: (value) => frappe.runbook.wide(value),
	},
};
