frappe.listview_settings["Freed Slot"] = {
	add_fields: ["status"],
	get_indicator(doc) {
		const colours = { Open: "orange", Offered: "blue", Taken: "green", Over: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
