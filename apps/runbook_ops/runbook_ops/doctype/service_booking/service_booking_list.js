frappe.listview_settings["Service Booking"] = {
	add_fields: ["status", "starts_at", "customer_name"],
	hide_name_column: true,
	get_indicator(doc) {
		return [
			__(doc.status),
			frappe.runbook.booking_colour(doc.status),
			`status,=,${doc.status}`,
		];
	},
	formatters: {
		starts_at: (value) => frappe.runbook.when(value),
	},
	onload(listview) {
		listview.page.add_inner_button(__("Today"), () => {
			const today = frappe.datetime.get_today();
			listview.filter_area.clear(false).then(() =>
				listview.filter_area.add([
					["Service Booking", "starts_at", "between", [today, today]],
				])
			);
		});
		listview.page.add_inner_button(__("Calendar"), () =>
			frappe.set_route("List", "Service Booking", "Calendar")
		);
	},
};
