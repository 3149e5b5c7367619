frappe.listview_settings["Chain Run"] = {
	add_fields: ["status", "booking"],
	hide_name_column: true,
	get_indicator(doc) {
		return [__(doc.status), frappe.runbook.run_colour(doc.status), `status,=,${doc.status}`];
	},
	formatters: {
		chain: (value) => frappe.utils.get_link_title("Trigger Chain", value) || value,
		booking: (value) => `<span class="ellipsis" data-booking="${value || ""}">${value || ""}</span>`,
		started_at: (value) => frappe.runbook.when(value),
	},
	async refresh(listview) {
		const bookings = [...new Set(listview.data.map((row) => row.booking).filter(Boolean))];
		if (!bookings.length) return;
		const found = await frappe.db.get_list("Service Booking", {
			filters: { name: ["in", bookings] },
			fields: ["name", "customer_name"],
			limit: bookings.length,
		});
		for (const { name, customer_name } of found) {
			listview.$result.find(`[data-booking="${name}"]`).text(customer_name).attr("title", name);
		}
	},
};
