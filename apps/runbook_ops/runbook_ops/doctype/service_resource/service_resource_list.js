frappe.listview_settings["Service Resource"] = {
	add_fields: ["active", "kind"],
	get_indicator(doc) {
		return doc.active
			? [__("Active"), "green", "active,=,1"]
			: [__("Switched off"), "gray", "active,=,0"];
	},
};
