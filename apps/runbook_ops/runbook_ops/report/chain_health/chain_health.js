frappe.query_reports["Chain Health"] = {
	filters: [
		{
			fieldname: "from_date",
			label: __("Runs from"),
			fieldtype: "Date",
			default: frappe.datetime.add_months(frappe.datetime.get_today(), -1),
			reqd: 1,
		},
		{
			fieldname: "to_date",
			label: __("Runs to"),
			fieldtype: "Date",
			default: frappe.datetime.get_today(),
			reqd: 1,
		},
		{
			fieldname: "chain",
			label: __("Chain"),
			fieldtype: "Link",
			options: "Trigger Chain",
		},
	],
	formatter(value, row, column, data, default_formatter) {
		const shown = default_formatter(value, row, column, data);
		if (column.fieldname !== "trouble" || !data) return shown;
		return `<span class="indicator-pill no-indicator-dot ${data.grave ? "red" : "orange"}">${shown}</span>`;
	},
};
