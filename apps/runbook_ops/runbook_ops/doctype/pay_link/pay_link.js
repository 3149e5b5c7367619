// A pay link: a transfer that has come in, and taking the link back.

frappe.ui.form.on("Pay Link", {
	refresh(frm) {
		frm.disable_save();
		const payable = ["Open", "Failed"].includes(frm.doc.status);
		const late = ["Cancelled", "Expired"].includes(frm.doc.status) && frm.doc.kind === "Deposit";
		if ((payable || late) && frm.doc.provider === "bank_transfer") {
			frm.add_custom_button(__("Money received"), () => receive(frm));
		}
		if (payable) {
			frm.add_custom_button(__("Send pay link"), () => frappe.runbook.send_pay_link(frm, about(frm)));
		}
		if (payable || frm.doc.status === "Waiting") {
			frm.add_custom_button(__("Withdraw"), () => withdraw(frm));
		}
	},
});

function about({ doc }) {
	return doc.sales_invoice
		? { invoice: doc.sales_invoice, amount: doc.amount }
		: { booking: doc.booking, amount: doc.amount };
}

function receive(frm) {
	frappe.prompt(
		[
			{ fieldname: "amount", fieldtype: "Currency", label: __("Amount"), default: frm.doc.amount, reqd: 1 },
			{ fieldname: "reference", fieldtype: "Data", label: __("Reference of the bank") },
		],
		async (values) => {
			const method = "runbook_ops.api.pay_links.received";
			const done = await frappe.runbook.attempt(() => frappe.xcall(method, { link: frm.doc.name, ...values }));
			if (!done) return;
			frappe.show_alert({ message: __("Booked: {0}", [done.payment_entry]), indicator: "green" });
			frm.reload_doc();
		},
		__("Money received"),
		__("Book it")
	);
}

function withdraw(frm) {
	frappe.confirm(__("The customer can't pay by this link any more. Withdraw it?"), async () => {
		const method = "runbook_ops.api.pay_links.withdraw";
		const done = await frappe.runbook.attempt(() => frappe.xcall(method, { link: frm.doc.name }));
		if (done) frm.reload_doc();
	});
}
