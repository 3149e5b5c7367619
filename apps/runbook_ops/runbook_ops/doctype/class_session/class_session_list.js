frappe.listview_settings["Class Session"] = {
	add_fields: ["status", "starts_at", "capacity", "seats_taken"],
	hide_name_column: true,
	get_indicator(doc) {
		if (doc.status !== "Scheduled") {
			const colour = doc.status === "Completed" ? "green" : "gray";
			return [__(doc.status), colour, `status,=,${doc.status}`];
		}
		const free = doc.capacity - doc.seats_taken;
		return free > 0
			? [__("{0} free", [free]), "blue", "status,=,Scheduled"]
			: [__("Full"), "orange", "status,=,Scheduled"];
	},
	formatters: {
		starts_at: (value) => frappe.runbook.when(value),
	},
	onload(listview) {
		listview.page.add_inner_button(__("Coming"), () =>
			listview.filter_area.clear(false).then(() =>
				listview.filter_area.add([
					["Class Session", "starts_at", ">=", frappe.datetime.get_today()],
					["Class Session", "status", "=", "Scheduled"],
				])
			)
		);
	},
};
