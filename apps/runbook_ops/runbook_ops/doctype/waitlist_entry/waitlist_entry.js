frappe.ui.form.on("Waitlist Entry", {
	setup(frm) {
		frm.set_query("service", () => ({ filters: { active: 1 } }));
		frm.set_query("resource", "resources", () => ({ filters: { active: 1, kind: ["in", ["Person", "Crew"]] } }));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		if (frm.doc.status === "Offered") show_offer(frm);
		if (["Waiting", "Offered"].includes(frm.doc.status)) {
			frm.add_custom_button(__("Take off the list"), () =>
				frappe.confirm(__("{0} no longer waits?", [frm.doc.customer_name.bold()]), () => answer(frm, "stop"))
			);
		}
		if (frm.doc.booking) {
			frm.add_custom_button(__("Booking"), () => frappe.set_route("Form", "Service Booking", frm.doc.booking));
		}
	},
});

/** What is offered at present, and the answers that a customer gives by phone. */
async function show_offer(frm) {
	const [offer] = await frappe.db.get_list("Waitlist Offer", {
		filters: { entry: frm.doc.name, status: "Open" },
		fields: ["name", "starts_at", "expires_at"],
		order_by: "creation desc",
		limit: 1,
	});
	if (!offer) return;
	frm.set_intro(
		__("Offered: {0}, to be answered until {1}. {2}", [
			frappe.runbook.when(offer.starts_at),
			frappe.runbook.when(offer.expires_at),
			frappe.utils.get_form_link("Waitlist Offer", offer.name, true, __("Show the offer")),
		]),
		"blue"
	);
	const group = __("Answer for the customer");
	frm.add_custom_button(__("Takes it"), () => answer(frm, "take"), group);
	frm.add_custom_button(__("Declines"), () => answer(frm, "decline"), group);
}

async function answer(frm, wish) {
	const told = await frappe.runbook.attempt(() =>
		frappe.xcall("runbook_ops.api.waitlist.answer_for", { entry: frm.doc.name, answer: wish })
	);
	if (!told) return;
	frappe.show_alert({ message: told.text, indicator: told.taken ? "green" : "blue" });
	await frm.reload_doc();
}
