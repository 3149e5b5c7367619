frappe.query_reports["Bookings"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("From Date"),
			fieldtype: "Date",
			default: frappe.datetime.week_start(),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("To Date"),
			fieldtype: "Date",
			default: frappe.datetime.week_end(),
			reqd: 1,
		},
		{
			fieldname: "summed_by",
			label: __("Summed by"),
			fieldtype: "Select",
			options: ["", "Day", "Service", "Resource", "Status"],
		},
		{
			fieldname: "service",
			label: __("Service"),
			fieldtype: "Link",
			options: "Bookable Service",
		},
		{
			fieldname: "resource",
			label: __("Done by"),
			fieldtype: "Link",
			options: "Service Resource",
		},
		{
			fieldname: "status",
			label: __("Status"),
			fieldtype: "Select",
			options: [
				"",
				"Requested",
				"Held",
				"Confirmed",
				"In Progress",
				"Completed",
				"Cancelled",
				"No-show",
			],
		},
		{
			fieldname: "company",
			label: __("Company"),
			fieldtype: "Link",
			options: "Company",
		},
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname !== "status" || !data || !value) return shown;
		return `<span class="indicator-pill no-indicator-dot ${frappe.runbook.booking_colour(value)}">${__(value)}</span>`;
	},
};
