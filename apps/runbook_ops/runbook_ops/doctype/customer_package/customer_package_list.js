const STATE_COLOURS = { Active: "green", "Used Up": "gray", Expired: "orange", Cancelled: "red" };

frappe.listview_settings["Customer Package"] = {
	add_fields: ["state", "expires_on", "kind", "currency", "face_left"],
	hide_name_column: true,
	get_indicator: (doc) => [__(doc.state), STATE_COLOURS[doc.state] || "blue", `state,=,${doc.state}`],
	formatters: {
		sessions_left: (value, _field, doc) =>
			doc.kind === "Sessions" ? value : format_currency(doc.face_left, doc.currency),
	},
	onload(listview) {
		listview.page.add_inner_button(__("Sell a package"), sell);
		listview.page.add_inner_button(__("Expire soon"), () => {
			const today = frappe.datetime.get_today();
			listview.filter_area.clear(false).then(() =>
				listview.filter_area.add([
					["Customer Package", "state", "=", "Active"],
					["Customer Package", "expires_on", "between", [today, frappe.datetime.add_days(today, 30)]],
				])
			);
		});
	},
};

/** Ask what is sold to whom, and open the draft invoice. */
function sell() {
	const dialog = new frappe.ui.Dialog({
		title: __("Sell a package"),
		fields: [
			{ fieldname: "customer", fieldtype: "Link", options: "Customer", label: __("Customer"), reqd: 1 },
			{
				fieldname: "package",
				fieldtype: "Link",
				options: "Service Package",
				label: __("Package"),
				reqd: 1,
				get_query: () => ({ filters: { active: 1 } }),
			},
			{
				fieldname: "price",
				fieldtype: "Currency",
				label: __("Price, before tax"),
				description: __("Empty: the price list's"),
			},
		],
		primary_action_label: __("Make the invoice"),
		async primary_action({ customer, package: sold, price }) {
			const args = { customer, package: sold, price: price || null };
			const draft = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.packages.sell", args));
			if (!draft) return;
			dialog.hide();
			frappe.set_route("Form", "Sales Invoice", draft.sales_invoice);
		},
	});
	dialog.show();
}
