frappe.listview_settings["Chain Step Run"] = {
	add_fields: ["state", "run"],
	hide_name_column: true,
	filters: [["state", "in", ["Planned", "Leased", "Retry", "Human"]]],
	formatters: {
		reason: (value) => frappe.runbook.wide(value),
	},
	get_indicator(doc) {
		return [
			frappe.runbook.step_label(doc.state),
			frappe.runbook.step_colour(doc.state),
			`state,=,${doc.state}`,
		];
	},
	button: {
		show: (doc) => doc.run,
		get_label: () => __("Run"),
		get_description: () => __("Open the run that the step belongs to"),
		action: (doc) => frappe.set_route("Form", "Chain Run", doc.run),
	},
};
