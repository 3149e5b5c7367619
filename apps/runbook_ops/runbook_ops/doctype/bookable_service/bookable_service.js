frappe.ui.form.on("Bookable Service", {
	setup(frm) {
		frm.set_query("item", () => ({ filters: { disabled: 0, is_sales_item: 1, has_variants: 0 } }));
		frm.set_query("item", "materials", () => ({ filters: { disabled: 0, is_stock_item: 1 } }));
		frm.set_query("warehouse", "materials", () => ({ filters: { is_group: 0, disabled: 0 } }));
		frm.set_query("resource", "requirements", () => ({ filters: { active: 1 } }));
		frm.set_query("chain", () => ({ filters: { enabled: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
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
