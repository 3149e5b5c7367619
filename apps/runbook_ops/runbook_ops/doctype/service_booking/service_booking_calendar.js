frappe.views.calendar["Service Booking"] = {
	field_map: {
		id: "name",
		title: "title",
		start: "starts_at",
		end: "ends_at",
		allDay: "allDay",
		status: "status",
		tooltip: "tooltip",
	},
	gantt: false,
	get_events_method: "runbook_ops.api.calendar.get_events",
};
