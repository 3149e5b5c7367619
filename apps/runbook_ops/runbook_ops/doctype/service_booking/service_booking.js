frappe.ui.form.on("Service Booking", {
	setup(frm) {
		frm.set_query("service", () => ({ filters: { active: 1 } }));
		frm.set_query("resource", "resources", () => ({ filters: { active: 1 } }));
		frm.set_query("service", "services", () => ({ filters: { active: 1, capacity: ["<=", 1] } }));
		frm.set_query("resource", "services", () => ({
			filters: { active: 1, kind: ["in", ["Person", "Crew"]] },
		}));
		frm.set_query("variant", "services", () => ({ filters: { variant_of: ["is", "set"], disabled: 0 } }));
		frm.set_query("class_session", () => ({
			filters: {
				service: frm.doc.service,
				status: "Scheduled",
				starts_at: [">=", frappe.datetime.now_datetime()],
			},
		}));
		frm.set_query("item", "items", () => ({ filters: { disabled: 0, is_sales_item: 1 } }));
		frm.set_query("contact", () => of_customer(frm, "frappe.contacts.doctype.contact.contact.contact_query"));
		frm.set_query("address", () => of_customer(frm, "frappe.contacts.doctype.address.address.address_query"));
	},

	refresh(frm) {
		frappe.dynamic_link = { doc: frm.doc, fieldname: "customer", doctype: "Customer" };
		frappe.runbook.all_the_same = () => book_all_the_same(frm);
		show_what_fits(frm);
		add_buttons(frm);
		if (frm.is_new()) return;
		frappe.runbook.follow_trail(frm, "story", { booking: frm.doc.name }, (rows) => show_strip(frm, rows));
	},

	before_save(frm) {
		frm.asked_again = null;
	},

	service: (frm) => show_what_fits(frm),

	async class_session(frm) {
		if (!frm.doc.class_session) return;
		const fields = ["starts_at", "ends_at"];
		const { message } = await frappe.db.get_value("Class Session", frm.doc.class_session, fields);
		await frm.set_value(message);
	},
});

frappe.ui.form.on("Service Booking Service", {
	services_add(frm, doctype, name) {
		const first = frm.doc.services[0];
		if (first.name === name && frm.doc.service) frappe.model.set_value(doctype, name, "service", frm.doc.service);
		show_what_fits(frm);
	},

	services_remove: (frm) => show_what_fits(frm),
});

/** Show the fields of a class, of several services, or of one. */
async function show_what_fits(frm) {
	const several = (frm.doc.services || []).length > 1;
	frm.doc.__is_class = await frappe.runbook.is_class(frm.doc.service);
	frappe.runbook.show_column(frm.get_field("resources").grid, "part", several);
	frm.set_df_property("ends_at", "read_only", several || frm.doc.__is_class ? 1 : 0);
	frm.set_df_property("resources", "read_only", frm.doc.__is_class ? 1 : 0);
	frm.refresh_fields(["class_session", "seats", "services_section", "services"]);
	frm.layout.refresh_dependency();
}

/** Save again what a rule spoke against, with the reason. */
function book_all_the_same(frm) {
	const again = frm.asked_again;
	frm.asked_again = null;
	frappe.runbook.ask_why(async (reason) => {
		if (again) return again(reason);
		await frm.set_value("override_reason", reason);
		frm.save();
	});
}

function of_customer(frm, query) {
	return frm.doc.customer
		? { query, filters: { link_doctype: "Customer", link_name: frm.doc.customer } }
		: {};
}

// ---- buttons

function add_buttons(frm) {
	const status = frm.doc.status;
	const open = ["Requested", "Held"].includes(status);
	const begun = frm.doc.starts_at && frm.doc.starts_at <= frappe.datetime.now_datetime();
	const change = __("Change");

	if (frm.is_new()) {
		frm.add_custom_button(__("Find a slot"), () => find_slot(frm));
		return;
	}
	if (status === "Requested") {
		frm.add_custom_button(
			__("Hold the time"),
			() => act(frm, "runbook_ops.api.bookings.hold", {}, __("Held")),
			change
		);
	}
	if (status === "Held") {
		frm.add_custom_button(
			__("Release the time"),
			() => act(frm, "runbook_ops.api.bookings.release", {}, __("Released")),
			change
		);
	}
	if (open) {
		main_button(frm, __("Confirm"), () => confirm(frm));
		frappe.runbook.add_deposit_button(frm);
		frm.add_custom_button(__("Find a slot"), () => find_slot(frm));
		frm.add_custom_button(__("Cancel booking"), () => cancel(frm), change);
	}
	if (open || status === "Confirmed") frm.add_custom_button(__("Assign..."), () => assign(frm));
	if ((open || status === "Confirmed") && !frm.doc.policy_version) {
		const accept = () => act(frm, "runbook_ops.api.fees.accept", {}, __("Accepted"));
		frm.add_custom_button(__("Policy accepted"), accept, change);
	}
	if (status === "Confirmed") {
		const complete = () => act(frm, "runbook_ops.api.bookings.complete", {}, __("Completed"));
		if (begun) main_button(frm, __("Complete"), complete);
		frm.add_custom_button(__("Reschedule"), () => reschedule(frm));
		if (begun) frm.add_custom_button(__("No-show"), () => no_show(frm), change);
		else frm.add_custom_button(__("Complete"), complete, change);
		frm.add_custom_button(__("Cancel booking"), () => cancel(frm), change);
	}
	if (status === "In Progress") {
		main_button(frm, __("Complete"), () => act(frm, "runbook_ops.api.bookings.complete", {}, __("Completed")));
		frm.add_custom_button(__("Cancel booking"), () => cancel(frm), change);
	}
	if (status === "No-show") {
		frm.add_custom_button(__("Came after all"), () => act(frm, "runbook_ops.api.bookings.complete", {}, __("Completed")));
	}
	if (status === "Completed" && !frm.doc.sales_invoice && !frm.doc.checkout) {
		main_button(frm, __("Check out"), () => open_till(frm));
	}
	if (frm.doc.checkout) {
		frm.add_custom_button(__("Receipt"), () => frappe.runbook.print_receipt("Checkout", frm.doc.checkout));
	} else if (frm.doc.sales_invoice) {
		frm.add_custom_button(__("Receipt"), () => frappe.runbook.print_receipt("Sales Invoice", frm.doc.sales_invoice));
	}
	if (["Held", "Confirmed", "In Progress"].includes(status) && frappe.model.can_read("Pay Link")) {
		frm.add_custom_button(__("Ask for a deposit"), () => frappe.runbook.ask_for_deposit(frm));
	}
	if (frm.doc.sales_invoice && frappe.model.can_read("Pay Link")) {
		const send = () => frappe.runbook.send_pay_link(frm, { invoice: frm.doc.sales_invoice });
		frm.add_custom_button(__("Send pay link"), send);
	}
	if (["Cancelled", "No-show", "Completed"].includes(status)) {
		add_fee_buttons(frm);
		const print = () => frappe.runbook.print("Service Booking", frm.doc.name, "Dispute Pack");
		frm.add_custom_button(__("Dispute pack"), print);
	}
}

function main_button(frm, label, action) {
	frm.add_custom_button(label, action);
	frm.change_custom_button_type(label, null, "primary");
}

/** Ask the server for a move in the booking's life; gives whether it was made. `again(reason)` asks for it with a reason. */
async function act(frm, method, args, done, again = null) {
	const told = await frappe.runbook.attempt(async () => {
		if (frm.is_dirty()) await frm.save();
		frm.asked_again = again;
		return await frappe.xcall(method, { booking: frm.doc.name, ...args });
	});
	if (!told) return false;
	frappe.show_alert({ message: done, indicator: "green" });
	await frm.reload_doc();
	return true;
}

function confirm(frm, override_reason) {
	const args = override_reason ? { override_reason } : {};
	return act(frm, "runbook_ops.api.bookings.confirm", args, __("Confirmed"), (reason) => confirm(frm, reason));
}

// ---- fee and deposit

/** What can be done about the fee of a visit that did not take place, and about the deposit that is held for it. */
async function add_fee_buttons(frm) {
	const name = frm.doc.name;
	const told = await frappe.xcall("runbook_ops.api.fees.standing", { booking: name });
	if (frm.doc.name !== name) return;
	if (told.may_waive) frm.add_custom_button(__("Waive the fee"), () => waive(frm, told));
	if (told.deposit > 0 && frm.doc.status !== "Completed") {
		frm.add_custom_button(__("Give deposit back"), () => give_back(frm, told));
	}
}

function waive(frm, told) {
	frappe.prompt(
		[
			{ fieldname: "why", fieldtype: "HTML", options: frappe.utils.escape_html(told.explanation) },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Why is it waived?"), reqd: 1 },
		],
		async ({ reason }) => {
			const method = "runbook_ops.api.fees.waive";
			const done = await frappe.runbook.attempt(() => frappe.xcall(method, { fee: told.fee, reason }));
			if (!done) return;
			const text = done.task ? __("The books are closed: a manager is asked") : __("Waived");
			frappe.show_alert({ message: text, indicator: done.task ? "orange" : "green" });
			await frm.reload_doc();
		},
		__("Waive {0}", [format_currency(told.amount, told.currency)]),
		__("Waive")
	);
}

function give_back(frm, told) {
	frappe.prompt(
		[
			{
				fieldname: "mode_of_payment",
				fieldtype: "Link",
				options: "Mode of Payment",
				label: __("Mode of Payment"),
				reqd: 1,
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Reason"), reqd: 1 },
		],
		(values) => act(frm, "runbook_ops.api.fees.give_back", values, __("Given back")),
		__("Give back {0}", [format_currency(told.deposit, told.currency)]),
		__("Give back")
	);
}

// ---- slots

function find_slot(frm) {
	if (frm.doc.__is_class) return find_session(frm);
	frappe.runbook.pick_slot({
		service: frm.doc.service,
		territory: frm.doc.territory,
		from: frm.doc.starts_at,
		booking: frm.is_new() ? null : frm.doc.name,
		async on_pick(slot) {
			await frm.set_value("service", slot.service);
			frm.clear_table("resources");
			for (const row of of_parts(slot)) frm.add_child("resources", row.resource ? row : { resource: row });
			frm.refresh_field("resources");
			await frm.set_value({ starts_at: slot.starts_at, ends_at: slot.ends_at });
			return true;
		},
	});
}

function find_session(frm) {
	frappe.runbook.pick_session({
		service: frm.doc.service,
		seats: frm.doc.seats,
		on_pick: (session) => frm.set_value(session),
	});
}

function move_to_session(frm) {
	frappe.runbook.pick_session({
		title: __("Move {0} to another class", [frm.doc.customer_name]),
		action: __("Move here"),
		service: frm.doc.service,
		seats: frm.doc.seats,
		on_pick: (session) =>
			move(frm, { class_session: session.class_session }, session.starts_at),
	});
}

/** Move the booking; when a rule speaks against it and may be set aside, the same move can be made with a reason. */
function move(frm, args, starts_at) {
	const again = (reason) => move(frm, { ...args, override_reason: reason }, starts_at);
	const done = __("Moved to {0}", [frappe.runbook.when(starts_at)]);
	return act(frm, "runbook_ops.api.bookings.reschedule", args, done, again);
}

function reschedule(frm) {
	if (frm.doc.__is_class) return move_to_session(frm);
	const lead = (frm.doc.resources || []).find((row) => ["Person", "Crew"].includes(row.kind));
	frappe.runbook.pick_slot({
		title: __("Reschedule {0}", [frm.doc.customer_name]),
		action: __("Move the booking"),
		service: frm.doc.service,
		territory: frm.doc.territory,
		resource: lead && lead.resource,
		from: frm.doc.starts_at,
		booking: frm.doc.name,
		async on_pick(slot) {
			const scope = await frappe.runbook.ask_scope(frm.doc, __("Move"));
			if (!scope) return false;
			if (scope === "this") {
				return move(frm, { starts_at: slot.starts_at, resources: of_parts(slot) }, slot.starts_at);
			}
			const args = { starts_at: slot.starts_at, everything: scope === "all" };
			return act(frm, "runbook_ops.api.plans.move_following", args, __("The visits were moved"));
		},
	});
}

/** The resources of an open slot: names, or of several services each with the part that it is for. */
function of_parts(slot) {
	if (!slot.parts || slot.parts.length < 2) return slot.resources;
	return slot.parts.flatMap((part, index) =>
		part.resources.map((resource) => ({ resource, part: index + 1 }))
	);
}

async function assign(frm) {
	if (frm.is_dirty()) await frm.save();
	await frappe.require("assign.bundle.js");
	frappe.runbook.assign({ booking: frm.doc.name, on_done: () => frm.reload_doc() });
}

// ---- endings

function cancel(frm) {
	frappe.prompt(
		[
			...frappe.runbook.scope_field(frm.doc),
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Why is it cancelled?"), reqd: 1 },
			{
				fieldname: "by_customer",
				fieldtype: "Check",
				label: __("The customer asked for it"),
				description: __("The fee of the policy that was accepted applies"),
				hidden: frm.doc.policy_version ? 0 : 1,
			},
		],
		({ reason, scope, by_customer }) =>
			["following", "all"].includes(scope)
				? act(
						frm,
						"runbook_ops.api.plans.cancel_following",
						{ reason, everything: scope === "all" },
						__("The visits were cancelled")
				  )
				: act(frm, "runbook_ops.api.bookings.cancel", { reason, by_customer }, __("Cancelled")),
		__("Cancel booking of {0}", [frm.doc.customer_name]),
		__("Cancel booking")
	);
}

function no_show(frm) {
	frappe.confirm(__("{0} did not come?", [frm.doc.customer_name.bold()]), () =>
		act(frm, "runbook_ops.api.bookings.no_show", {}, __("Marked as no-show"))
	);
}

// ---- checkout

async function open_till(frm) {
	const saved = await frappe.runbook.attempt(async () => {
		if (frm.is_dirty()) await frm.save();
		return true;
	});
	if (saved) frappe.set_route("check-out", frm.doc.name);
}

// ---- the strip above the form

function show_strip(frm, rows) {
	frm.dashboard.clear_headline();
	if (frm.doc.status === "Cancelled") {
		const by = frm.doc.cancelled_by ? ` (${frappe.utils.escape_html(frm.doc.cancelled_by)})` : "";
		frm.dashboard.set_headline(
			`${__("Cancelled")}${by}: ${frappe.utils.escape_html(frm.doc.cancel_reason || "")}`,
			"gray"
		);
		return;
	}
	if (frm.doc.deposit_state === "Asked") return frappe.runbook.tell_awaited_deposit(frm);
	if (!rows.length) return;
	const sum = frappe.runbook.sum_up(rows);
	const parts = [];
	if (sum.asking) {
		const text = sum.asking === 1 ? __("1 step needs a person") : __("{0} steps need a person", [sum.asking]);
		parts.push(`<b>${text}</b>`);
	}
	parts.push(__("{0} done, {1} to come", [sum.done, sum.to_come]));
	if (sum.next) {
		parts.push(
			`${__("Next")}: ${frappe.utils.escape_html(sum.next.title)}, ${frappe.runbook.when(sum.next.due_at)}`
		);
	}
	frm.dashboard.set_headline(
		`<div class="rb-strip"><span>${parts.join("</span><span>")}</span>
			<a class="rb-strip-to" role="button">${__("See the trail")}</a></div>`,
		sum.asking ? "red" : "blue"
	);
	frm.layout.message.find(".rb-strip-to").on("click", () => frm.fields_dict.story.tab.set_active());
}
