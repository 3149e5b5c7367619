// The trail of a booking or run: what has happened, what will, and who is asked. Shared by forms, lists and reports.

import { event_words, timing_words } from "./chain_editor/words";

frappe.provide("frappe.runbook");

const BOOKING_COLOURS = {
	Requested: "orange",
	Held: "yellow",
	Confirmed: "blue",
	"In Progress": "purple",
	Completed: "green",
	Cancelled: "gray",
	"No-show": "red",
};

const JOB_COLOURS = {
	Open: "orange",
	Assigned: "blue",
	"En Route": "cyan",
	Arrived: "cyan",
	"In Progress": "purple",
	Paused: "yellow",
	Completed: "green",
	Cancelled: "gray",
};

const RUN_COLOURS = {
	Running: "blue",
	"Needs Attention": "red",
	Done: "green",
	Cancelled: "gray",
};

const STEP_COLOURS = {
	Waiting: "gray",
	Planned: "blue",
	Leased: "purple",
	Retry: "yellow",
	Human: "red",
	Done: "green",
	Skipped: "gray",
	Cancelled: "gray",
};

const MARKS = {
	Done: "✓",
	Skipped: "–",
	Cancelled: "×",
	Human: "!",
	Retry: "↻",
	Leased: "…",
	Planned: "",
	Waiting: "",
};

const ENDED = ["Done", "Skipped", "Cancelled"];

const step_label = (state) =>
	({
		Waiting: __("Waiting"),
		Planned: __("Planned"),
		Leased: __("Being done now"),
		Retry: __("Will be tried again"),
		Human: __("Needs a person"),
		Done: __("Done"),
		Skipped: __("Skipped"),
		Cancelled: __("Cancelled"),
	}[state] || __(state));

const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

// ---- time

/** A moment in site time as the reader's own moment. */
function to_moment(value) {
	return moment(frappe.datetime.convert_to_user_tz(value, false));
}

/** The present moment in the reader's time zone, whatever the browser's is. */
function now() {
	const zone = frappe.boot.time_zone && frappe.boot.time_zone.user;
	return zone ? moment().tz(zone) : moment();
}

function clock(value) {
	const format = frappe.datetime.get_user_time_fmt().replace(/[:.]s{1,2}/g, "").trim();
	return to_moment(value).format(format);
}

function day_label(value) {
	const day = to_moment(value);
	const away = day.clone().startOf("day").diff(now().startOf("day"), "days");
	if (away === 0) return __("Today");
	if (away === 1) return __("Tomorrow");
	if (away === -1) return __("Yesterday");
	return day.format(day.year() === now().year() ? "ddd D MMM" : "ddd D MMM YYYY");
}

// ---- one step

function record_link(row) {
	if (!row.reference_doctype || !row.reference_name) return "";
	const url = frappe.utils.get_form_link(row.reference_doctype, row.reference_name);
	return `<a href="${url}">${__(row.reference_doctype)} ${escape(row.reference_name)}</a>`;
}

function outcome(row) {
	if (row.state === "Human" || row.state === "Retry") return escape(row.reason);
	if (row.state === "Waiting") return escape(waits_for(row));
	if (row.state === "Done" && row.recipient) return message_outcome(row);
	const parts = [escape(row.state === "Done" ? row.summary : "")];
	if (row.state === "Done") parts.push(record_link(row));
	if (row.reason) parts.push(escape(row.reason));
	return parts.filter(Boolean).join(" · ");
}

function message_outcome(row) {
	const read = `<a class="rb-read" role="button" data-effect="${escape(row.effect)}">${__("Read it")}</a>`;
	return `${__("Sent to {0}", [escape(row.recipient)])}: “${escape(row.summary)}” ${read}`;
}

function waits_for(row) {
	if (row.waits_for_visit) return __("When the visit is done");
	if ((row.waits_for || []).length) return __("After: {0}", [row.waits_for.join(", ")]);
	return "";
}

function asked(row) {
	if (row.state !== "Human" || !row.task) return "";
	const late = row.task_due_at && to_moment(row.task_due_at).isBefore(moment());
	const due = row.task_due_at
		? `<span class="${late ? "text-danger" : "text-muted"}">${
				late ? __("was due") : __("due")
		  } ${day_label(row.task_due_at)} ${clock(row.task_due_at)}</span>`
		: "";
	const url = frappe.utils.get_form_link("Follow-up Task", row.task);
	return `<div class="rb-asked">
		<span>${__("Owner")}: <b>${escape(row.owner_name || row.owner)}</b></span> ${due}
		<a class="btn btn-xs btn-default" href="${url}">${__("Answer")}</a>
	</div>`;
}

function step_html(row) {
	const at = row.ended_at || row.due_at;
	const when = at
		? `<span class="rb-day">${day_label(at)}</span> <span class="rb-clock">${clock(at)}</span>`
		: "";
	const label = ["Done", "Planned", "Waiting"].includes(row.state)
		? ""
		: `<span class="indicator-pill no-indicator-dot ${STEP_COLOURS[row.state]}">${step_label(
				row.state
		  )}</span>`;
	const more = outcome(row);
	return `<li class="rb-step rb-${row.state.toLowerCase()}" data-step="${escape(row.step_code)}">
		<span class="rb-mark" title="${step_label(row.state)}">${MARKS[row.state] || ""}</span>
		<span class="rb-when">${when}</span>
		<div class="rb-what">
			<div class="rb-title">${escape(row.title)} ${label}</div>
			${more ? `<div class="rb-more">${more}</div>` : ""}
			${plan_html(row)}
			${asked(row)}
			${events_html(row)}
		</div>
	</li>`;
}

/** When the chain has it happen, for what is still to come. */
function plan_html(row) {
	if (!row.timing || !["Planned", "Waiting", "Retry"].includes(row.state)) return "";
	return `<div class="rb-timing">${escape(timing_words(row.timing))}</div>`;
}

/** How it came about: tries that failed, what a person was asked and said, what the provider answered. */
function events_html(row) {
	const told = (row.events || []).map((event) =>
		event.what === "tried"
			? `<li><span class="rb-at">${frappe.runbook.when(event.at)}</span> ${__("Tried, and it failed: {0}", [escape(event.text)])}</li>`
			: `<li><span class="rb-at">${frappe.runbook.when(event.at)}</span> ${__("A person was asked: {0}", [escape(event.text)])}
				<div>${answer_words(event)}</div></li>`
	);
	if (row.recipient && row.done_at && row.answer) {
		told.push(`<li><span class="rb-at">${frappe.runbook.when(row.done_at)}</span> ${__("Taken by the provider: {0}", [escape(row.answer)])}</li>`);
	}
	if (!told.length) return "";
	const asked_or_tried = (row.events || []).length;
	const open = asked_or_tried ? "open" : "";
	return `<details class="rb-events" ${open}><summary>${__("How it came about")}</summary><ol>${told.join("")}</ol></details>`;
}

function answer_words({ person, answer, answered_at }) {
	if (!answer) return __("It was no longer needed.");
	const who = person ? __("{0} answered: {1}", [`<b>${escape(person)}</b>`, escape(answer)]) : escape(answer);
	return answered_at ? `${who} <span class="rb-at">${frappe.runbook.when(answered_at)}</span>` : who;
}

// ---- runs

function in_order(rows) {
	const key = (row) =>
		row.ended_at ? row.ended_at.slice(0, "2026-01-31 10:00".length) : row.due_at || "9999";
	const rank = (row) => (ENDED.includes(row.state) ? 0 : row.state === "Human" ? 1 : 2);
	return [...rows].sort(
		(a, b) =>
			rank(a) - rank(b) || key(a).localeCompare(key(b)) || a.position - b.position
	);
}

function run_html(rows, with_title) {
	const current = in_order(rows.filter((row) => row.current));
	const earlier = in_order(rows.filter((row) => !row.current));
	const first = rows[0];
	const url = frappe.utils.get_form_link("Chain Run", first.run);
	const title = with_title
		? `<div class="rb-run-title">
			<a href="${url}">${escape(first.chain_title || first.chain)}</a>
			<span class="indicator-pill ${RUN_COLOURS[first.run_status]}">${__(first.run_status)}</span>
		</div>`
		: "";
	return `<section class="rb-run">${title}
		<p class="rb-run-why">${escape(why_html(first))}</p>
		${earlier.length ? earlier_html(earlier) : ""}
		<ol class="rb-steps">${current.map(step_html).join("")}</ol>
	</section>`;
}

/** Why the run started and when, which version it follows, and what happened to the booking since. */
function why_html(row) {
	const parts = [`${event_words(row.trigger)}, ${frappe.runbook.when(row.started_at)}`];
	if (row.version_number) parts.push(__("version {0}", [row.version_number]));
	if (row.run_revision === 1) parts.push(__("moved once"));
	if (row.run_revision > 1) parts.push(__("moved {0} times", [row.run_revision]));
	if (row.run_ended_at) parts.push(__("ended {0}", [frappe.runbook.when(row.run_ended_at)]));
	return parts.join(" · ");
}

function earlier_html(rows) {
	const label =
		rows.length === 1
			? __("Before the booking was moved: 1 step")
			: __("Before the booking was moved: {0} steps", [rows.length]);
	return `<details class="rb-earlier"><summary>${label}</summary>
		<ol class="rb-steps">${rows.map(step_html).join("")}</ol></details>`;
}

/** How the steps stand: counts, those who need a person, and what comes next. */
frappe.runbook.sum_up = function (rows) {
	const current = rows.filter((row) => row.current);
	const count = (...states) => current.filter((row) => states.includes(row.state)).length;
	const planned = in_order(current.filter((row) => ["Planned", "Retry"].includes(row.state)));
	return {
		done: count("Done"),
		skipped: count("Skipped"),
		cancelled: count("Cancelled"),
		asking: count("Human"),
		to_come: count("Waiting", "Planned", "Leased", "Retry"),
		next: planned[0],
	};
};

function tally_html(sum) {
	const pill = (count, label, colour) =>
		count
			? `<span class="indicator-pill no-indicator-dot ${colour}">${count} ${label}</span>`
			: "";
	return `<div class="rb-tally">
		${pill(sum.asking, sum.asking === 1 ? __("needs a person") : __("need a person"), "red")}
		${pill(sum.done, __("done"), "green")}
		${pill(sum.to_come, __("to come"), "blue")}
		${pill(sum.skipped, __("skipped"), "gray")}
		${pill(sum.cancelled, __("cancelled"), "gray")}
	</div>`;
}

async function read_message(effect) {
	const { message } = await frappe.db.get_value("Chain Effect", effect, [
		"payload",
		"recipient",
		"summary",
	]);
	const body = JSON.parse(message.payload || "{}").body || "";
	const dialog = new frappe.ui.Dialog({
		title: message.summary,
		fields: [{ fieldname: "text", fieldtype: "HTML" }],
	});
	dialog.fields_dict.text.$wrapper.html(
		`<p class="text-muted">${__("To {0}", [escape(message.recipient)])}</p>
		<div class="rb-letter">${escape(body)}</div>`
	);
	dialog.show();
}

/** Put the trail's rows into an element. */
frappe.runbook.render_trail = function (wrapper, rows, { one_run = false } = {}) {
	const $wrapper = $(wrapper);
	if (!rows.length) {
		$wrapper.html(
			`<div class="rb-trail rb-empty">${__(
				"Nothing has happened yet. The trail starts when the booking is confirmed."
			)}</div>`
		);
		return;
	}
	const runs = new Map();
	for (const row of rows) runs.set(row.run, [...(runs.get(row.run) || []), row]);
	const html = [...runs.values()].map((steps) => run_html(steps, !one_run));
	$wrapper.html(
		`<div class="rb-trail">${tally_html(frappe.runbook.sum_up(rows))}${html.join("")}</div>`
	);
	$wrapper.find(".rb-read").on("click", (event) => read_message(event.currentTarget.dataset.effect));
};

const AGAIN_AFTER = 3000;
const MOST_LOOKS = 20;

const is_due = (row) =>
	row.state === "Leased" ||
	(row.state === "Planned" && row.due_at && to_moment(row.due_at).isBefore(moment().add(2, "seconds")));

/** Show the trail in a field of a form, and look again while steps are being worked. */
frappe.runbook.follow_trail = async function (frm, fieldname, args, on_rows) {
	const name = frm.docname;
	const look = async (left) => {
		const rows = await frappe.xcall("runbook_ops.api.chains.story", args);
		if (frm.docname !== name || !frm.fields_dict[fieldname]) return;
		frappe.runbook.render_trail(frm.fields_dict[fieldname].$wrapper, rows, { one_run: Boolean(args.run) });
		if (on_rows) on_rows(rows);
		clearTimeout(frm.runbook_timer);
		if (left && rows.some(is_due) && frm.$wrapper.is(":visible")) {
			frm.runbook_timer = setTimeout(() => look(left - 1), AGAIN_AFTER);
		}
	};
	await look(MOST_LOOKS);
};

/** Do something that may be refused. A refusal has been shown to the user by then, so it ends here; a bug does not. */
frappe.runbook.attempt = async function (work) {
	try {
		return await work();
	} catch (error) {
		if (error instanceof Error) throw error;
		return null;
	}
};

/** Print what a customer takes home: of a checkout, or of an invoice that was made without one. */
frappe.runbook.print_receipt = function (doctype, name) {
	frappe.runbook.print(doctype, name, doctype === "Checkout" ? "Checkout Receipt" : "Booking Receipt");
};

frappe.runbook.print = function (doctype, name, format) {
	const query = new URLSearchParams({ doctype, name, format, no_letterhead: 0, trigger_print: 1 });
	window.open(frappe.urllib.get_full_url(`/printview?${query}`));
};

Object.assign(frappe.runbook, {
	booking_colour: (status) => BOOKING_COLOURS[status] || "gray",
	job_colour: (status) => JOB_COLOURS[status] || "gray",
	run_colour: (status) => RUN_COLOURS[status] || "gray",
	step_colour: (state) => STEP_COLOURS[state] || "gray",
	step_label,
	wide: (text) => `<span class="rb-wide" title="${escape(text)}">${escape(text)}</span>`,
	person: (user) =>
		escape((frappe.boot.user_info?.[user] || {}).fullname || String(user || "").split("@")[0]),
	to_moment,
	now,
	clock,
	day_label,
	when: (value) => (value ? `${day_label(value)} ${clock(value)}` : ""),
});
