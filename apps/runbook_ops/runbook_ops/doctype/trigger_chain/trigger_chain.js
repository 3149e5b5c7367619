frappe.ui.form.on("Trigger Chain", {
	setup(frm) {
		label_options(frm, "action", actions());
		label_options(frm, "anchor", anchors());
		frm.set_df_property("trigger_event", "options", as_options(events()));
	},

	refresh(frm) {
		show_overview(frm);
		if (frm.is_new()) return;
		frm.add_custom_button(__("Publish"), () => publish(frm));
		frm.change_custom_button_type(__("Publish"), null, "primary");
		frm.add_custom_button(__("Rehearse"), () => rehearse(frm, "rehearse"));
		frm.add_custom_button(__("What would be different"), () => rehearse(frm, "compare"));
		frm.add_custom_button(__("Runs"), () => frappe.set_route("List", "Chain Run", { chain: frm.doc.name }));
		const version = number_of(frm.doc.current_version);
		frm.set_intro(
			version
				? __("Version {0} is what runs. Changes take effect when you publish them.", [version])
				: __("Nothing runs yet: the chain has not been published."),
			version ? "blue" : "orange"
		);
	},

	after_save(frm) {
		show_overview(frm);
	},
});

/** The number in a version's name, such as service_visit-v3-a1b2c3. */
function number_of(version) {
	return ((version || "").match(/-v(\d+)(-[0-9a-f]+)?$/) || [])[1];
}

async function publish(frm) {
	const version = await frappe.runbook.attempt(async () => {
		if (frm.is_dirty()) await frm.save();
		return await frappe.xcall("runbook_ops.api.chains.publish", { chain: frm.doc.name });
	});
	if (!version) return;
	frappe.show_alert({ message: __("Version {0} runs now", [number_of(version)]), indicator: "green" });
	await frm.reload_doc();
}

// ---- rehearsal

const METHODS = {
	rehearse: "runbook_ops.api.rehearsals.rehearse",
	compare: "runbook_ops.api.rehearsals.compare",
};

/** Ask for the bookings to rehearse with, and show the page that comes of it; nothing is sent, nothing is saved. */
function rehearse(frm, what) {
	const title = what === "compare" ? __("What would be different") : __("Rehearse");
	const made_up = { depends_on: "eval:doc.story === 'One that I make up'" };
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [
			{
				fieldname: "story",
				fieldtype: "Select",
				label: __("With"),
				options: ["The bookings of the last days", "One that I make up"].map((value) => ({
					value,
					label: __(value),
				})),
				default: "The bookings of the last days",
			},
			{
				fieldname: "days",
				fieldtype: "Int",
				label: __("Days"),
				default: 7,
				depends_on: "eval:doc.story !== 'One that I make up'",
			},
			{ fieldname: "service", fieldtype: "Link", options: "Bookable Service", label: __("Service"), ...made_up },
			{
				fieldname: "starts_at",
				fieldtype: "Datetime",
				label: __("Starts At"),
				default: frappe.datetime.add_days(frappe.datetime.now_datetime(), 7),
				...made_up,
			},
			{ fieldname: "customer", fieldtype: "Data", label: __("Customer"), default: __("Alex Example"), ...made_up },
			{ fieldname: "column", fieldtype: "Column Break" },
			{
				fieldname: "email",
				fieldtype: "Data",
				options: "Email",
				label: __("E-mail"),
				default: "alex@customer.example",
				...made_up,
			},
			{ fieldname: "resource", fieldtype: "Link", options: "Service Resource", label: __("With whom"), ...made_up },
			{ fieldname: "address", fieldtype: "Data", label: __("Address"), ...made_up },
			{
				fieldname: "afterwards",
				fieldtype: "Select",
				label: __("What happens to it"),
				options: [
					{ value: "", label: __("It takes place") },
					{ value: "moved", label: __("It is moved by a week") },
					{ value: "cancelled", label: __("It is cancelled") },
					{ value: "no_show", label: __("The customer does not come") },
				],
				...made_up,
			},
		],
		primary_action_label: title,
		primary_action: async (values) => {
			const { story, days, column, ...staged } = values;
			const page = await frappe.runbook.attempt(async () => {
				if (frm.is_dirty()) await frm.save();
				return await frappe.xcall(METHODS[what], {
					chain: frm.doc.name,
					days,
					staged: story === "One that I make up" ? staged : null,
				});
			});
			if (!page) return;
			dialog.hide();
			show_page(`${title}: ${frm.doc.title}`, page);
		},
	});
	dialog.show();
}

function show_page(title, page) {
	const dialog = new frappe.ui.Dialog({ title, size: "extra-large" });
	const frame = document.createElement("iframe");
	frame.className = "rb-rehearsal";
	frame.title = title;
	frame.setAttribute("sandbox", "");
	frame.srcdoc = page;
	dialog.$body.append(frame);
	dialog.show();
}

// ---- words for codes

const actions = () => ({
	update_customer: __("Update customer and contact"),
	move_opportunity: __("Move the opportunity"),
	create_job: __("Create the job"),
	assign_job: __("Assign the job"),
	check_materials: __("Check materials"),
	prepare_checklist: __("Prepare the checklist"),
	await_completion: __("Wait for the job to be done"),
	send_message: __("Send a message"),
	create_follow_up: __("Make a Follow-up Task"),
});

const anchors = () => ({
	run_start: __("Start of the chain"),
	booking_start: __("Start of the visit"),
	booking_end: __("End of the visit"),
	job_completed: __("End of the work"),
});

const events = () => ({
	booking_confirmed: __("A booking is confirmed"),
	booking_rescheduled: __("A booking is moved"),
	booking_cancelled: __("A booking is cancelled"),
	booking_no_show: __("The customer did not come"),
	job_completed: __("A job is done"),
	opportunity_booked: __("An opportunity becomes Booked"),
	form_submitted: __("A form arrives"),
	waitlist_offered: __("A freed slot is offered to somebody on the waitlist"),
});

const as_options = (words) => Object.entries(words).map(([value, label]) => ({ value, label }));

function label_options(frm, fieldname, words) {
	frm.fields_dict.steps.grid.update_docfield_property(fieldname, "options", as_options(words));
	frm.fields_dict.steps.grid.update_docfield_property(
		fieldname,
		"formatter",
		(value) => words[value] || value || ""
	);
}

// ---- the steps as sentences

function show_overview(frm) {
	const rows = (frm.doc.steps || []).map(
		(step, index) => `<li>
			<span class="rb-number">${index + 1}</span>
			<span class="rb-name">${frappe.utils.escape_html(step.title || step.code || "")}</span>
			<span class="rb-detail">${sentence(step, frm).join(" · ")}</span>
		</li>`
	);
	frm.fields_dict.overview.$wrapper.html(
		rows.length
			? `<ol class="rb-chain">${rows.join("")}</ol>`
			: `<div class="text-muted">${__("No steps yet. Add them below.")}</div>`
	);
}

function sentence(step, frm) {
	const escape = frappe.utils.escape_html;
	const parts = [`<b>${timing(step)}</b>`];
	const action = actions()[step.action] || escape(step.action || "");
	if (step.action === "send_message") parts.push(__("message to the {0}", [__(step.to || "customer")]));
	else if (!(step.title || "").startsWith(action)) parts.push(action);
	if (step.after) parts.push(__("after: {0}", [escape(titles(step.after, frm))]));
	if (step.condition) parts.push(__("only if {0}", [escape(condition(step.condition))]));
	if (step.on_reschedule === "redo") parts.push(__("again when the booking moves"));
	parts.push(
		__("if it can't be done: {0}, within {1}", [
			escape(__(step.exception_role || "Runbook Front Desk")),
			span(step.exception_due_minutes),
		])
	);
	return parts;
}

function timing(step) {
	const offset = step.offset_minutes || 0;
	const what = {
		run_start: __("the start"),
		booking_start: __("the visit"),
		booking_end: __("the end of the visit"),
		job_completed: __("the work is done"),
	}[step.anchor];
	if (step.at) return __("{0} at {1}", [day_of(step, offset), step.at]);
	if (!offset) {
		return {
			run_start: __("At once"),
			booking_start: __("When the visit starts"),
			booking_end: __("When the visit ends"),
			job_completed: __("When the work is done"),
		}[step.anchor];
	}
	return offset < 0 ? __("{0} before {1}", [span(-offset), what]) : __("{0} after {1}", [span(offset), what]);
}

function day_of(step, offset) {
	const days = Math.floor(offset / 1440);
	const visit = ["booking_start", "booking_end"].includes(step.anchor);
	const what = visit ? __("the visit") : __("that");
	if (days === 0) return visit ? __("On the day of the visit") : __("On that day");
	if (days === -1) return __("On the day before {0}", [what]);
	if (days === 1) {
		return step.anchor === "job_completed" ? __("On the day after the work") : __("On the day after {0}", [what]);
	}
	return days < 0 ? __("{0} days before {1}", [-days, what]) : __("{0} days after {1}", [days, what]);
}

function span(minutes) {
	if (!minutes) return __("no time");
	if (minutes % 1440 === 0) return minutes === 1440 ? __("1 day") : __("{0} days", [minutes / 1440]);
	if (minutes % 60 === 0) return minutes === 60 ? __("1 hour") : __("{0} hours", [minutes / 60]);
	return __("{0} minutes", [minutes]);
}

function titles(codes, frm) {
	return codes
		.split(",")
		.map((code) => code.trim())
		.map((code) => (frm.doc.steps.find((step) => step.code === code) || {}).title || code)
		.join(", ");
}

function condition(text) {
	try {
		const [[kind, rows]] = Object.entries(JSON.parse(text));
		const operators = { ">": __("is more than"), "<": __("is less than"), "=": __("is"), "!=": __("is not") };
		const words = rows.map((row) =>
			row
				.filter((part) => part !== null && part !== undefined)
				.map((part) => operators[part] || String(part).replaceAll("_", " "))
				.join(" ")
		);
		return words.join(kind === "any" ? ` ${__("or")} ` : ` ${__("and")} `);
	} catch {
		return text;
	}
}
