frappe.ui.form.on("Service Plan", {
	setup(frm) {
		frm.set_query("service", () => ({ filters: { active: 1 } }));
		frm.set_query("resource", "resources", () => ({ filters: { active: 1 } }));
		frm.set_query("address", () =>
			frm.doc.customer
				? {
						query: "frappe.contacts.doctype.address.address.address_query",
						filters: { link_doctype: "Customer", link_name: frm.doc.customer },
				  }
				: {}
		);
		frm.runbook_look = frappe.utils.debounce(() => look(frm), 300);
	},

	refresh(frm) {
		frappe.dynamic_link = { doc: frm.doc, fieldname: "customer", doctype: "Customer" };
		show_weekdays(frm);
		show_interval(frm);
		add_buttons(frm);
		look(frm);
	},

	frequency(frm) {
		show_weekdays(frm);
		show_interval(frm);
		if (frm.doc.frequency === "Monthly on a weekday" && !frm.doc.nth) {
			frm.set_value("nth", "First");
		}
	},

	starts_on: (frm) => show_weekdays(frm),
});

const LOOKED_AT = [
	"customer",
	"service",
	"frequency",
	"every",
	"nth",
	"short_months",
	"rrule",
	"weekdays",
	"starts_on",
	"start_time",
	"duration_minutes",
	"ends",
	"ends_on",
	"visits",
	"holiday_rule",
];

for (const field of LOOKED_AT) {
	frappe.ui.form.on("Service Plan", field, (frm) => frm.runbook_look());
}
frappe.ui.form.on("Service Booking Resource", {
	resource: (frm) => frm.doctype === "Service Plan" && frm.runbook_look(),
	resources_remove: (frm) => frm.doctype === "Service Plan" && frm.runbook_look(),
});

// ---- the form

function show_weekdays(frm) {
	const field = frm.fields_dict.weekday_picker;
	frappe.runbook.weekday_picker(field.$wrapper, {
		value: frm.doc.weekdays,
		first_day: frm.doc.starts_on,
		read_only: frm.doc.status === "Ended",
		on_change: (value) => frm.set_value("weekdays", value),
	});
}

function show_interval(frm) {
	frm.set_df_property("every", "description", frappe.runbook.interval_unit(frm.doc.frequency));
}

/** The days to come: of a saved plan those that stand, of one that is being changed those that it would have. */
async function look(frm) {
	const field = frm.fields_dict.preview;
	if (!field) return;
	const asked = (frm.runbook_asked = (frm.runbook_asked || 0) + 1);
	if (!frm.is_new() && !frm.is_dirty()) {
		const rows = await frappe.xcall("runbook_ops.api.plans.visits", { plan: frm.doc.name });
		if (asked !== frm.runbook_asked) return;
		frappe.runbook.show_plan(field.$wrapper, { words: frm.doc.rule_text, visits: rows, saved: true });
		frm.dashboard.clear_headline();
		frm.dashboard.set_headline(headline(frm, rows), rows.some((row) => row.task) ? "red" : "blue");
		return;
	}
	if (!frm.doc.starts_on || !frm.doc.start_time) {
		frappe.runbook.show_plan(field.$wrapper, { hint: __("Choose the first day and the time.") });
		return;
	}
	const found = await frappe.xcall("runbook_ops.api.plans.preview", {
		values: frm.doc,
		plan: frm.is_new() ? null : frm.doc.name,
	});
	if (asked === frm.runbook_asked) frappe.runbook.show_plan(field.$wrapper, found);
}

function headline(frm, rows) {
	const parts = [`<b>${frappe.utils.escape_html(frm.doc.rule_text || "")}</b>`];
	const booked = rows.filter((row) => row.booking && row.state === "Confirmed").length;
	const asking = rows.filter((row) => row.task).length;
	parts.push(booked === 1 ? __("1 visit booked ahead") : __("{0} visits booked ahead", [booked]));
	if (asking) parts.push(asking === 1 ? __("1 needs a person") : __("{0} need a person", [asking]));
	return `<div class="rb-strip"><span>${parts.join("</span><span>")}</span></div>`;
}

// ---- what can be done with the plan

function add_buttons(frm) {
	if (frm.is_new()) return;
	const { status } = frm.doc;
	const all = () => frappe.set_route("List", "Service Booking", { plan: frm.doc.name });
	frm.add_custom_button(__("All visits"), all, __("Plan"));
	if (status !== "Ended") {
		frm.add_custom_button(__("Change from a visit on"), () => change_from(frm));
		frm.add_custom_button(__("End"), () => end(frm), __("Plan"));
	}
	if (status === "Active") {
		frm.add_custom_button(__("Skip a visit"), () => skip(frm), __("Plan"));
		frm.add_custom_button(__("Pause"), () => pause(frm), __("Plan"));
	}
	if (status === "Paused") {
		frm.add_custom_button(__("Resume"), () => act(frm, "resume", {}, __("The plan goes on")));
		frm.change_custom_button_type(__("Resume"), null, "primary");
	}
}

async function act(frm, method, args, done) {
	const told = await frappe.runbook.attempt(async () => {
		if (frm.is_dirty()) await frm.save();
		const given = await frappe.xcall(`runbook_ops.api.plans.${method}`, { plan: frm.doc.name, ...args });
		return { given };
	});
	if (!told) return null;
	frappe.show_alert({ message: done, indicator: "green" });
	if (typeof told.given === "string" && told.given !== frm.doc.name) {
		await frm.reload_doc();
		frappe.set_route("Form", "Service Plan", told.given);
	} else {
		await frm.reload_doc();
	}
	return told;
}

async function days_to_come(frm) {
	const rows = await frappe.xcall("runbook_ops.api.plans.visits", { plan: frm.doc.name });
	const today = frappe.datetime.get_today();
	return rows
		.filter((row) => row.planned >= today && !["Skipped", "Cancelled", "Completed"].includes(row.state))
		.map((row) => ({
			value: row.planned,
			label: row.starts_at ? frappe.runbook.when(row.starts_at) : frappe.datetime.str_to_user(row.planned),
		}));
}

async function skip(frm) {
	const days = await days_to_come(frm);
	frappe.prompt(
		[
			{ fieldname: "day", fieldtype: "Select", label: __("Visit"), options: days, reqd: 1 },
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Why") },
		],
		({ day, reason }) => act(frm, "skip", { day, reason: reason || "" }, __("Skipped")),
		__("Skip a visit"),
		__("Skip")
	);
}

function pause(frm) {
	frappe.prompt(
		{
			fieldname: "cancel",
			fieldtype: "Check",
			label: __("Cancel the visits that are booked already"),
			description: __("They are booked again when the plan is resumed in time."),
		},
		({ cancel }) => act(frm, "pause", { cancel: Boolean(cancel) }, __("Paused")),
		__("Pause: no further visits are booked"),
		__("Pause")
	);
}

function end(frm) {
	frappe.prompt(
		[
			{
				fieldname: "last_day",
				fieldtype: "Date",
				label: __("Last day"),
				description: __("Empty means at once. Visits after it are cancelled."),
			},
			{ fieldname: "reason", fieldtype: "Small Text", label: __("Why") },
		],
		({ last_day, reason }) =>
			act(frm, "end", { last_day: last_day || null, reason: reason || "" }, __("The plan ends")),
		__("End the plan of {0}", [frm.doc.customer_name]),
		__("End")
	);
}

async function change_from(frm) {
	if (frm.is_dirty()) await frm.save();
	const days = await days_to_come(frm);
	if (!days.length) {
		frappe.msgprint(__("No visit of this plan lies ahead."));
		return;
	}
	frappe.runbook.change_plan(frm.doc, days, (day, changes) =>
		act(frm, "change_from", { day, changes }, __("Changed"))
	);
}
