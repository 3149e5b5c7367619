frappe.listview_settings["Bookable Service"] = {
	add_fields: ["active"],
	get_indicator(doc) {
		return doc.active
			? [__("Active"), "green", "active,=,1"]
			: [__("Switched off"), "gray", "active,=,0"];
	},
};
