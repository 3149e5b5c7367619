frappe.listview_settings["Trigger Chain"] = {
	add_fields: ["enabled", "current_version"],
	get_indicator(doc) {
		if (!doc.enabled) return [__("Switched off"), "gray", "enabled,=,0"];
		if (!doc.current_version) return [__("Not published"), "orange", "current_version,is,not set"];
		return [__("Running"), "green", "enabled,=,1"];
	},
};
