frappe.listview_settings["Waitlist Entry"] = {
	add_fields: ["status"],
	filters: [["status", "in", ["Waiting", "Offered"]]],
	get_indicator(doc) {
		const colours = { Waiting: "orange", Offered: "blue", Booked: "green", Withdrawn: "gray", Expired: "gray" };
		return [__(doc.status), colours[doc.status], `status,=,${doc.status}`];
	},
};
