frappe.ui.form.on("Bookable Service", {
	setup(frm) {
		frm.set_query("item", () => ({ filters: { disabled: 0, is_sales_item: 1 } }));
		frm.set_query("item", "materials", () => ({ filters: { disabled: 0, is_stock_item: 1 } }));
		frm.set_query("warehouse", "materials", () => ({ filters: { is_group: 0, disabled: 0 } }));
		frm.set_query("resource", "requirements", () => ({ filters: { active: 1 } }));
		frm.set_query("service", "add_ons", () => ({ filters: { active: 1, name: ["!=", frm.doc.name] } }));
		frm.set_query("resource", "durations", () => ({
			filters: { active: 1, kind: ["in", ["Person", "Crew"]] },
		}));
		frm.set_query("variant", "durations", () => ({ filters: { variant_of: ["is", "set"], disabled: 0 } }));
		frm.set_query("chain", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.capacity > 1) {
			add_class_buttons(frm);
			return;
		}
		frm.add_custom_button(__("Find a slot"), () =>
			frappe.runbook.pick_slot({
				service: frm.doc.name,
				action: __("Book it"),
				on_pick: (slot) =>
					frappe.new_doc("Service Booking", {
						service: frm.doc.name,
						starts_at: slot.starts_at,
						ends_at: slot.ends_at,
					}),
			})
		);
	},
});

function add_class_buttons(frm) {
	frm.add_custom_button(__("Classes"), () =>
		frappe.set_route("List", "Class Session", { service: frm.doc.name, status: "Scheduled" })
	);
	frm.add_custom_button(__("New class"), () =>
		frappe.new_doc("Class Session", { service: frm.doc.name, capacity: frm.doc.capacity })
	);
}
