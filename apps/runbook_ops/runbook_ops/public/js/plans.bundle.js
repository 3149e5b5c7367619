// Recurring visits in the desk: weekday buttons, the list of a plan's days, and the dialog for a change from a visit on.

frappe.provide("frappe.runbook");

const CODES = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];
const escape = (text) => frappe.utils.escape_html(String(text ?? ""));
const names = () => [
	__("Monday"),
	__("Tuesday"),
	__("Wednesday"),
	__("Thursday"),
	__("Friday"),
	__("Saturday"),
	__("Sunday"),
];

// ---- weekdays

/** Seven buttons, on or off; nothing chosen means the weekday of the first day, which is then shown as such. */
frappe.runbook.weekday_picker = function (wrapper, { value, first_day, read_only, on_change, label }) {
	const chosen = new Set((value || "").split(",").filter(Boolean));
	const usual = first_day ? CODES[(moment(first_day).day() + 6) % 7] : null;
	const buttons = CODES.map((code, index) => {
		const on = chosen.has(code);
		const implied = !chosen.size && code === usual;
		const name = names()[index];
		return `<button type="button" class="rb-weekday ${on ? "active" : ""} ${implied ? "implied" : ""}"
			data-code="${code}" aria-pressed="${on || implied}" aria-label="${name}" title="${name}"
			${read_only ? "disabled" : ""}>${name.slice(0, 2)}</button>`;
	});
	const $wrapper = $(wrapper);
	$wrapper.html(`<div class="form-group rb-weekdays-field">
		<label class="control-label">${label || __("On")}</label>
		<div class="rb-weekdays" role="group" aria-label="${__("Weekdays")}">${buttons.join("")}</div>
	</div>`);
	$wrapper.find("[data-code]").on("click", (event) => {
		const { code } = event.currentTarget.dataset;
		const now = new Set(chosen.size || !usual ? chosen : [usual]);
		if (now.has(code)) now.delete(code);
		else now.add(code);
		const next = CODES.filter((each) => now.has(each)).join(",");
		frappe.runbook.weekday_picker(wrapper, { value: next, first_day, read_only, on_change, label });
		$wrapper.find(`[data-code="${code}"]`).trigger("focus");
		on_change(next);
	});
};

frappe.runbook.interval_unit = (frequency) =>
	({
		Daily: __("Every so many days"),
		Weekly: __("Every so many weeks"),
		"Monthly on a weekday": __("Every so many months"),
		"Monthly on a day": __("Every so many months"),
		Yearly: __("Every so many years"),
	}[frequency] || "");

// ---- the days of a plan

const STATES = {
	"As planned": () => ["", ""],
	"To come": () => [__("To come"), "gray"],
	"Needs a person": () => [__("Needs a person"), "red"],
	"Moved for a holiday": () => [__("Moved for a holiday"), "yellow"],
	"Skipped for a holiday": () => [__("Holiday, left out"), "gray"],
	"No open day": () => [__("No open day near the holiday"), "red"],
	Moved: () => [__("Moved"), "yellow"],
	Skipped: () => [__("Skipped"), "gray"],
};

function state_html(row, saved) {
	const known = STATES[row.state];
	const [label, colour] = known ? known() : [__(row.state), frappe.runbook.booking_colour(row.state)];
	const pills = label ? [`<span class="indicator-pill no-indicator-dot ${colour}">${label}</span>`] : [];
	if (!saved && row.free === false) {
		pills.push(`<span class="indicator-pill no-indicator-dot red">${__("Taken or closed")}</span>`);
	}
	if (!saved && row.free === true && !label) {
		pills.push(`<span class="indicator-pill no-indicator-dot green">${__("Free")}</span>`);
	}
	return pills.join(" ");
}

function row_html(row, saved) {
	const moved = row.starts_at && row.starts_at.slice(0, 10) !== row.planned;
	const when = row.starts_at
		? frappe.runbook.when(row.starts_at)
		: frappe.runbook.day_label(`${row.planned} 12:00:00`);
	const from = moved
		? `<small class="text-muted">${__("instead of {0}", [
				frappe.runbook.day_label(`${row.planned} 12:00:00`),
		  ])}</small>`
		: "";
	const record = row.task
		? `<span>${__("Owner")}: ${escape(row.owner_name || row.owner)}</span>
			<a class="btn btn-xs btn-default" href="${frappe.utils.get_form_link("Follow-up Task", row.task)}">${__(
				"Answer"
		  )}</a>`
		: row.booking
		? `<a href="${frappe.utils.get_form_link("Service Booking", row.booking)}">${escape(row.booking)}</a>`
		: "";
	const reason = row.reason ? `<div class="rb-plan-reason">${escape(row.reason)}</div>` : "";
	const gone = ["Skipped", "Skipped for a holiday", "Cancelled"].includes(row.state) ? "rb-gone" : "";
	return `<li class="rb-plan-day ${gone}" data-planned="${row.planned}" data-state="${escape(row.state)}">
		<span class="rb-plan-when">${when} ${from}</span>
		<span class="rb-plan-state">${state_html(row, saved)}</span>
		<span class="rb-plan-record">${record}</span>${reason}
	</li>`;
}

/** Show a plan's rule in words and its days; `problem` says why there are none, `hint` what is still to be filled in. */
frappe.runbook.show_plan = function (wrapper, { words, visits, problem, hint, saved }) {
	const $wrapper = $(wrapper);
	if (hint || problem) {
		$wrapper.html(
			`<div class="rb-plan"><div class="${problem ? "rb-plan-problem" : "text-muted"}" role="status">${escape(
				hint || problem
			)}</div></div>`
		);
		return;
	}
	const taken = visits.filter((row) => row.free === false || row.state === "No open day").length;
	const warning =
		!saved && taken
			? `<div class="rb-plan-note">${
					taken === 1
						? __("1 of these can't be booked as planned; it becomes a task with choices.")
						: __("{0} of these can't be booked as planned; each becomes a task with choices.", [taken])
			  }</div>`
			: "";
	const none = visits.length ? "" : `<div class="text-muted">${__("No visit lies ahead.")}</div>`;
	$wrapper.html(`<div class="rb-plan">
		<div class="rb-plan-words" role="status">${escape(words)}</div>${warning}${none}
		<ol class="rb-plan-days">${visits.map((row) => row_html(row, saved)).join("")}</ol>
	</div>`);
};

// ---- a change from a visit on

const KEPT = [
	"frequency",
	"every",
	"nth",
	"short_months",
	"rrule",
	"start_time",
	"duration_minutes",
	"holiday_rule",
];

/** Ask what changes from which visit on, and show what that comes to; `on_done(day, changes)`. */
frappe.runbook.change_plan = function (plan, days, on_done) {
	let weekdays = plan.weekdays || "";
	let asked = 0;
	const dialog = new frappe.ui.Dialog({
		title: __("Change from a visit on"),
		size: "large",
		fields: [
			{ fieldname: "day", fieldtype: "Select", label: __("From the visit of"), options: days, reqd: 1, default: days[0].value },
			{
				fieldname: "frequency",
				fieldtype: "Select",
				label: __("Repeats"),
				options: frappe.meta.get_docfield("Service Plan", "frequency").options,
				default: plan.frequency,
			},
			{ fieldname: "every", fieldtype: "Int", label: __("Every"), default: plan.every, depends_on: 'eval:doc.frequency != "Own rule"' },
			{ fieldname: "weekday_picker", fieldtype: "HTML", depends_on: 'eval:in_list(["Weekly", "Monthly on a weekday"], doc.frequency)' },
			{ fieldname: "nth", fieldtype: "Select", label: __("Which"), options: frappe.meta.get_docfield("Service Plan", "nth").options, default: plan.nth, depends_on: 'eval:doc.frequency == "Monthly on a weekday"' },
			{ fieldname: "rrule", fieldtype: "Small Text", label: __("Rule (RFC 5545)"), default: plan.frequency === "Own rule" ? plan.rrule : "", depends_on: 'eval:doc.frequency == "Own rule"' },
			{ fieldtype: "Column Break" },
			{ fieldname: "starts_on", fieldtype: "Date", label: __("First day of the new rule"), default: days[0].value, reqd: 1 },
			{ fieldname: "start_time", fieldtype: "Time", label: __("Time"), default: plan.start_time, reqd: 1 },
			{ fieldname: "duration_minutes", fieldtype: "Int", label: __("Duration (minutes)"), default: plan.duration_minutes, description: __("Empty means what the service says") },
			{ fieldname: "resource", fieldtype: "Link", options: "Service Resource", label: __("With"), description: __("Empty means as before"), get_query: () => ({ filters: { active: 1, kind: ["in", ["Person", "Crew"]] } }) },
			{ fieldtype: "Section Break" },
			{ fieldname: "preview", fieldtype: "HTML" },
		],
		primary_action_label: __("Change"),
		async primary_action({ day }) {
			dialog.disable_primary_action();
			const done = await on_done(day, changes());
			dialog.enable_primary_action();
			if (done) dialog.hide();
		},
	});

	function changes() {
		const values = dialog.get_values(true) || {};
		const found = { weekdays };
		for (const field of [...KEPT, "starts_on"]) {
			if (dialog.fields_dict[field]) found[field] = values[field] ?? null;
		}
		if (found.frequency !== "Own rule") delete found.rrule;
		if (values.resource) found.resources = [{ resource: values.resource }];
		return found;
	}

	async function look() {
		const number = ++asked;
		const found = await frappe.xcall("runbook_ops.api.plans.preview", {
			values: changes(),
			plan: plan.name,
		});
		if (number === asked) frappe.runbook.show_plan(dialog.fields_dict.preview.$wrapper, found);
	}

	function show_weekdays() {
		frappe.runbook.weekday_picker(dialog.fields_dict.weekday_picker.$wrapper, {
			value: weekdays,
			first_day: dialog.get_value("starts_on"),
			on_change(value) {
				weekdays = value;
				soon();
			},
		});
	}

	const soon = frappe.utils.debounce(look, 300);
	for (const field of Object.values(dialog.fields_dict)) {
		if (["HTML", "Section Break", "Column Break"].includes(field.df.fieldtype)) continue;
		field.df.onchange = async () => {
			if (field.df.fieldname === "day" && dialog.get_value("starts_on") !== dialog.get_value("day")) {
				await dialog.set_value("starts_on", dialog.get_value("day"));
			}
			show_weekdays();
			soon();
		};
	}
	dialog.show();
	show_weekdays();
	look();
};

// ---- one visit, this and following, or all

/** The question which visits of its plan a change of a booking is for; no field when it belongs to none. */
frappe.runbook.scope_field = (booking) =>
	booking.plan && booking.plan_date
		? [
				{
					fieldname: "scope",
					fieldtype: "Select",
					label: __("This visit belongs to a plan. Which visits?"),
					options: [
						{ value: "this", label: __("This visit only") },
						{ value: "following", label: __("This and all that follow") },
						{ value: "all", label: __("All visits to come") },
					],
					default: "this",
					reqd: 1,
				},
		  ]
		: [];

/** Ask it by itself: gives "this", "following" or "all", null when the dialog is closed. */
frappe.runbook.ask_scope = function (booking, label) {
	const fields = frappe.runbook.scope_field(booking);
	if (!fields.length) return Promise.resolve("this");
	return new Promise((resolve) => {
		let answer = null;
		const dialog = new frappe.ui.Dialog({
			title: label,
			fields,
			primary_action_label: label,
			primary_action({ scope }) {
				answer = scope;
				dialog.hide();
			},
		});
		dialog.on_hide = () => resolve(answer);
		dialog.show();
	});
};
