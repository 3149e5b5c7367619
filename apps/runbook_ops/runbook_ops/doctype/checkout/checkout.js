// A checkout: its receipt, and undoing it.

frappe.ui.form.on("Checkout", {
	refresh(frm) {
		frm.disable_save();
		frm.add_custom_button(__("Receipt"), () => frappe.runbook.print_receipt("Checkout", frm.doc.name));
		if (frm.doc.status === "Done") frm.add_custom_button(__("Undo"), () => undo(frm));
		frm.page.set_indicator(__(frm.doc.status), frm.doc.status === "Done" ? "green" : "gray");
	},
});

function undo(frm) {
	const dialog = new frappe.ui.Dialog({
		title: __("Undo the checkout of {0}", [frm.doc.customer_name]),
		fields: [
			{
				fieldname: "told",
				fieldtype: "HTML",
				options: `<p>${__("A credit note over the invoice is made, payments go back the way they came, packages get their sessions back.")}</p>`,
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		primary_action_label: __("Undo"),
		async primary_action({ reason }) {
			dialog.disable_primary_action();
			const done = await frappe.runbook.attempt(() =>
				frappe.xcall("runbook_ops.api.checkout.undo", { checkout: frm.doc.name, reason })
			);
			dialog.enable_primary_action();
			if (!done) return;
			dialog.hide();
			const credit = done.credit ? __("The customer has {0} left.", [format_currency(done.credit, frm.doc.currency)]) : "";
			frappe.show_alert({ message: `${__("Undone")}. ${credit}`, indicator: "green" });
			frm.reload_doc();
		},
	});
	dialog.show();
}
