const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"];

frappe.ui.form.on("Service Resource", {
	setup(frm) {
		frm.set_query("resource", "members", () => ({
			filters: { kind: "Person", active: 1, name: ["!=", frm.doc.name || ""] },
		}));
		frm.set_query("user", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("employee", () => ({ filters: { status: "Active" } }));
		frm.set_df_property("timezone", "options", frappe.all_timezones || []);
	},

	refresh(frm) {
		frm.add_custom_button(__("Fill Monday to Friday"), () => fill_hours(frm));
		if (frm.is_new()) return;
		frm.add_custom_button(__("Bookings"), () =>
			frappe.set_route("List", "Service Booking", {
				"Service Booking Resource.resource": frm.doc.name,
			})
		);
		frm.add_custom_button(__("Time off"), () =>
			frappe.set_route("List", "Resource Time Off", { resource: frm.doc.name })
		);
		if (frm.perm[0].write || frm.doc.user === frappe.session.user) {
			frappe.runbook.add_feed_buttons(frm, frm.doc.name);
		}
	},
});

function fill_hours(frm) {
	frappe.prompt(
		[
			{ fieldname: "starts_at", fieldtype: "Time", label: __("From"), default: "08:00:00", reqd: 1 },
			{ fieldtype: "Column Break" },
			{ fieldname: "ends_at", fieldtype: "Time", label: __("To"), default: "17:00:00", reqd: 1 },
			{
				fieldtype: "Section Break",
				label: __("Break"),
				description: __("Leave both empty when there is none."),
			},
			{ fieldname: "break_from", fieldtype: "Time", label: __("From") },
			{ fieldtype: "Column Break" },
			{ fieldname: "break_to", fieldtype: "Time", label: __("To") },
		],
		({ starts_at, ends_at, break_from, break_to }) => {
			const kept = (frm.doc.hours || []).filter((row) => !WEEKDAYS.includes(row.weekday));
			frm.clear_table("hours");
			for (const weekday of WEEKDAYS) {
				const shifts =
					break_from && break_to
						? [
								[starts_at, break_from],
								[break_to, ends_at],
						  ]
						: [[starts_at, ends_at]];
				for (const [from, to] of shifts) {
					frm.add_child("hours", { weekday, starts_at: from, ends_at: to });
				}
			}
			for (const { weekday, starts_at: from, ends_at: to } of kept) {
				frm.add_child("hours", { weekday, starts_at: from, ends_at: to });
			}
			frm.refresh_field("hours");
			frm.dirty();
		},
		__("Working hours, Monday to Friday"),
		__("Fill in")
	);
}
