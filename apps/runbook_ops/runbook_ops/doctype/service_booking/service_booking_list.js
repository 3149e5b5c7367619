frappe.listview_settings["Service Booking"] = {
	add_fields: ["status", "starts_at", "ends_at", "customer_name"],
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
		listview.page.add_inner_button(__("Day Board"), () => frappe.set_route("day-board"));
	},
	refresh(listview) {
		if (listview.view_name === "Gantt") look_only(listview);
	},
};

/** The Gantt would write days without their times: its bars stay where they are. */
function look_only(listview) {
	const [chart] = listview.$result;
	if (chart.look_only) return;
	chart.look_only = true;
	chart.addEventListener("mousedown", (event) => event.stopPropagation(), true);
}
