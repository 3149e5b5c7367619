// Calendar and Gantt of bookings. The Gantt is for looking: it knows days only, so visits are moved on the Day Board.

const STATE_COLOURS = {
	Requested: "#f8c471",
	Held: "#f4d03f",
	Confirmed: "#5dade2",
	"In Progress": "#a58be8",
	Completed: "#58c98b",
	Cancelled: "#cfd4d9",
	"No-show": "#ec7063",
};

frappe.views.calendar["Service Booking"] = {
	field_map: {
		id: "name",
		title: "title",
		start: "starts_at",
		end: "ends_at",
		allDay: "allDay",
		status: "status",
		tooltip: "tooltip",
		/** The Gantt asks this of each row before it looks at the row's colour. */
		progress(row) {
			row.color = STATE_COLOURS[row.status];
			return 0;
		},
	},
	gantt: true,
	get_events_method: "runbook_ops.api.calendar.get_events",
};
