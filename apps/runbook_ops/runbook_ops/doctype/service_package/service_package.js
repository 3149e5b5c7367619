frappe.ui.form.on("Service Package", {
	setup(frm) {
		frm.set_query("item", () => ({ filters: { disabled: 0, is_sales_item: 1, is_stock_item: 0 } }));
		frm.set_query("service", "services", () => ({ filters: { active: 1 } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		frm.add_custom_button(__("Customers' packages"), () =>
			frappe.set_route("List", "Customer Package", { package: frm.doc.name })
		);
	},
});
