frappe.ui.form.on("Follow-up Task", {
	setup(frm) {
		frm.set_query("allocated_to", () => ({ filters: { enabled: 1, user_type: "System User" } }));
		frm.set_query("booking", () => (frm.doc.customer ? { filters: { customer: frm.doc.customer } } : {}));
	},

	refresh(frm) {
		if (frm.is_new()) return;
		const open = ["Open", "In Progress"].includes(frm.doc.status);
		if (frm.doc.kind === "Exception" && (frm.doc.step_run || frm.doc.choices)) {
			show_review(frm, open);
			if (open && !frm.doc.step_run) offer_answers(frm);
		} else if (open) {
			frm.add_custom_button(__("Done"), () => end(frm, "Done"));
			frm.change_custom_button_type(__("Done"), null, "primary");
			frm.add_custom_button(__("Dismiss"), () => end(frm, "Dismissed"));
		}
		if (frm.doc.booking) {
			frm.add_custom_button(__("Booking"), () =>
				frappe.set_route("Form", "Service Booking", frm.doc.booking)
			);
		}
	},
});

// ---- an ordinary follow-up

function end(frm, status) {
	const done = status === "Done";
	frappe.prompt(
		{
			fieldname: "outcome",
			fieldtype: "Small Text",
			label: done ? __("What came of it?") : __("Why is nothing done?"),
			default: frm.doc.outcome,
			reqd: 1,
		},
		async ({ outcome }) => {
			await frm.set_value({ status, outcome });
			await frm.save();
		},
		done ? __("Done") : __("Dismiss"),
		done ? __("Done") : __("Dismiss")
	);
}

// ---- an exception of a chain's step

const CHOICES = {
	Retry: () => ({
		label: __("Retry"),
		help: __("The cause is mended; the step is tried again at once."),
	}),
	"Done by hand": () => ({
		label: __("Done by hand"),
		help: __("You have done it yourself; the trail goes on."),
	}),
	Skip: () => ({
		label: __("Skip"),
		help: __("It need not be done; say why, and the trail goes on."),
	}),
	"Take the next open slot": () => ({
		label: __("Take the next open slot"),
		help: __("The visit of this day takes place then; the plan stays as it is."),
	}),
	"Another person": () => ({
		label: __("Another person"),
		help: __("Somebody else who is free does this visit."),
	}),
	"Skip this visit": () => ({
		label: __("Skip this visit"),
		help: __("The visit of this day is left out, and cancelled if it is booked."),
	}),
	"I will sort it out": () => ({
		label: __("I will sort it out"),
		help: __("You deal with this day yourself; the plan does not ask again."),
	}),
};

function show_review(frm, open) {
	const doc = frm.doc;
	const escape = frappe.utils.escape_html;
	const missing = doc.missing
		? `<div class="rb-missing"><b>${__("What is missing")}:</b> ${escape(doc.missing)}</div>`
		: "";
	const choices = (doc.choices || "").split("\n").filter(Boolean);
	const buttons = choices.map((choice, index) => {
		const { label, help } = CHOICES[choice]();
		return `<button class="btn btn-sm ${index ? "btn-default" : "btn-primary"}"
			data-choice="${escape(choice)}">${label}</button><span>${help}</span>`;
	});
	const answer = open
		? `<div class="rb-choices">${buttons.join("")}</div>`
		: `<div class="rb-missing"><b>${__(doc.status)}:</b> ${escape(doc.outcome || "")}</div>`;
	const $card = frm.fields_dict.review.$wrapper;
	$card.html(`<div class="rb-review ${open ? "" : "rb-answered"}">
		<h5>${heading(frm, open)}</h5>
		<div>${escape(doc.reason || "")}</div>${missing}${answer}
		<div class="rb-links">${links(frm)}</div>
	</div>`);
	$card.find("[data-choice]").on("click", (event) => answer_with(frm, event.currentTarget.dataset.choice));
}

function heading(frm, open) {
	if (frm.doc.step_run) return open ? __("This step needs you") : __("This step has been dealt with");
	return open ? __("This visit needs you") : __("This visit has been dealt with");
}

/** Say beside each choice about a visit of a plan what it would be at this moment, and choose among several there. */
async function offer_answers(frm) {
	const name = frm.doc.name;
	const rows = await frappe.xcall("runbook_ops.api.tasks.choices", { task: name });
	if (frm.doc.name !== name) return;
	frm.runbook_answers = Object.fromEntries(rows.map((row) => [row.choice, row.answers]));
	const $card = frm.fields_dict.review.$wrapper;
	for (const { choice, answers } of rows) {
		if (!answers.length) continue;
		const more = answers.length > 1 ? ` ${__("({0} to choose among)", [answers.length])}` : "";
		$card
			.find(`[data-choice="${choice}"]`)
			.next("span")
			.html(`<b>${frappe.utils.escape_html(answers[0].label)}</b>${more}`);
	}
}

function answer_visit(frm, choice) {
	const answers = (frm.runbook_answers || {})[choice] || [];
	const fields = [];
	if (answers.length > 1) {
		fields.push({
			fieldname: "answer",
			fieldtype: "Select",
			label: __("Which"),
			options: answers,
			default: answers[0].value,
			reqd: 1,
		});
	}
	fields.push({ fieldname: "reason", fieldtype: "Small Text", label: __("Note") });
	const { label } = CHOICES[choice]();
	frappe.prompt(
		fields,
		({ answer, reason }) => resolve(frm, choice, reason || "", answer || (answers[0] || {}).value || null),
		label,
		label
	);
}

function links(frm) {
	const found = [];
	const add = (doctype, name, label) => {
		if (name) found.push(`<a href="${frappe.utils.get_form_link(doctype, name)}">${label}</a>`);
	};
	add("Service Booking", frm.doc.booking, __("Booking {0}", [frm.doc.booking]));
	if (frm.doc.reference_doctype === "Service Plan") {
		add("Service Plan", frm.doc.reference_name, __("Plan {0}", [frm.doc.reference_name]));
	}
	add("Customer", frm.doc.customer, __("Customer {0}", [frappe.utils.escape_html(frm.doc.customer || "")]));
	return found.join("");
}

function answer_with(frm, choice) {
	if (!frm.doc.step_run) {
		answer_visit(frm, choice);
		return;
	}
	if (choice === "Retry") {
		resolve(frm, choice, "");
		return;
	}
	const skip = choice === "Skip";
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: skip ? __("Why can it be skipped?") : __("What did you do?"),
			reqd: skip ? 1 : 0,
		},
		({ reason }) => resolve(frm, choice, reason || ""),
		CHOICES[choice]().label,
		CHOICES[choice]().label
	);
}

async function resolve(frm, choice, reason, answer = null) {
	const told = await frappe.runbook.attempt(async () => {
		if (frm.is_dirty()) await frm.save();
		return await frappe.xcall("runbook_ops.api.tasks.resolve", { task: frm.doc.name, choice, reason, answer });
	});
	if (!told) return;
	const done = frm.doc.step_run ? __("Answered. The trail goes on.") : __("Answered.");
	frappe.show_alert({ message: done, indicator: "green" });
	await frm.reload_doc();
}
