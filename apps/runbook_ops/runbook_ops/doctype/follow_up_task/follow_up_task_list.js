frappe.listview_settings["Follow-up Task"] = {
	add_fields: ["status", "kind", "due_at", "priority"],
	hide_name_column: true,
	get_indicator(doc) {
		const open = ["Open", "In Progress"].includes(doc.status);
		if (open && doc.due_at && doc.due_at < frappe.datetime.now_datetime()) {
			return [__("Overdue"), "red", `due_at,<,${frappe.datetime.now_datetime()}|status,in,Open,In Progress`];
		}
		const colours = { Open: "orange", "In Progress": "blue", Done: "green", Dismissed: "gray" };
		return [__(doc.status), colours[doc.status] || "gray", `status,=,${doc.status}`];
	},
	formatters: {
		due_at: (value) => frappe.runbook.when(value),
		reason: (value) => frappe.runbook.wide(value),
		allocated_to: (value) => frappe.runbook.person(value),
	},
	onload(listview) {
		const show = (...filters) =>
			listview.filter_area.clear(false).then(() =>
				listview.filter_area.add([
					["Follow-up Task", "status", "in", ["Open", "In Progress"]],
					...filters,
				])
			);
		listview.page.add_inner_button(__("Review queue"), () =>
			show(["Follow-up Task", "kind", "=", "Exception"])
		);
		listview.page.add_inner_button(__("Follow-ups"), () =>
			show(["Follow-up Task", "kind", "=", "Follow-up"])
		);
		listview.page.add_inner_button(__("Mine"), () =>
			show(["Follow-up Task", "allocated_to", "=", frappe.session.user])
		);
	},
};
