// "Send pay link" on invoices and bookings: the link is made, shown, and copied or mailed.

frappe.provide("frappe.runbook");

/** Make the pay link of an invoice, or for a deposit of a booking, and show it. */
frappe.runbook.send_pay_link = async (frm, about) => {
	const made = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.pay_links.make", about));
	if (made) show_link(frm, made);
};

/** What a booking waits for, above its form. */
frappe.runbook.tell_awaited_deposit = (frm) => {
	const { deposit_amount: amount, deposit_due_at: due, company } = frm.doc;
	const money = format_currency(amount, frappe.get_doc(":Company", company)?.default_currency);
	const text = due
		? __("The deposit of {0} is waited for until {1}. Once it is paid, the booking confirms by itself.", [money, frappe.runbook.when(due)])
		: __("The deposit of {0} is waited for.", [money]);
	frm.dashboard.set_headline(text, "orange");
};

/** The button that asks for the policy's deposit, as long as it can be asked for. */
frappe.runbook.add_deposit_button = (frm) => {
	if (!["", "Asked"].includes(frm.doc.deposit_state || "") || !frappe.model.can_read("Pay Link")) return;
	const ask = () => frappe.runbook.ask_for_policy_deposit(frm);
	frm.add_custom_button(__("Ask for the deposit of the policy"), ask, __("Change"));
};

/** The deposit that the policy asks for: the time is kept until it is due, and the link is shown. */
frappe.runbook.ask_for_policy_deposit = async (frm) => {
	if (frm.is_dirty()) await frm.save();
	const made = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.deposits.ask", { booking: frm.doc.name }));
	if (!made) return;
	await frm.reload_doc();
	show_link(frm, made);
};

/** Ask for the amount of a deposit first. */
frappe.runbook.ask_for_deposit = (frm) => {
	frappe.prompt(
		{ fieldname: "amount", fieldtype: "Currency", label: __("Deposit"), reqd: 1 },
		({ amount }) => frappe.runbook.send_pay_link(frm, { booking: frm.doc.name, amount }),
		__("Ask for a deposit"),
		__("Make the link")
	);
};

function show_link(frm, made) {
	const dialog = new frappe.ui.Dialog({
		title: __("Pay link"),
		fields: [
			{ fieldname: "url", fieldtype: "Data", label: __("Address"), read_only: 1, default: made.url },
			{ fieldname: "recipient", fieldtype: "Data", options: "Email", label: __("E-mail to"), default: made.recipients },
			{
				fieldname: "told",
				fieldtype: "HTML",
				options: `<p class="text-muted">${__("Whoever has it sees this invoice or deposit and can pay it.")}</p>`,
			},
		],
		primary_action_label: __("Send by e-mail"),
		async primary_action({ recipient }) {
			dialog.disable_primary_action();
			const values = { link: made.link, recipient };
			const done = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.pay_links.send", values));
			dialog.enable_primary_action();
			if (!done) return;
			dialog.hide();
			frappe.show_alert({ message: __("Sent to {0}", [done.sent_to]), indicator: "green" });
			frm.reload_doc();
		},
		secondary_action_label: __("Copy"),
		secondary_action: () => frappe.utils.copy_to_clipboard(made.url),
	});
	dialog.show();
}
