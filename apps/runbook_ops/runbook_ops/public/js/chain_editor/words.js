// A chain in words: its event, the times of its steps, their conditions, and what a template says.

import { rule_words } from "./start_time";

export const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

/** A code as words, for what has no better ones: booking_start becomes "Booking start". */
export const as_words = (code) => {
	const text = String(code || "").replaceAll("_", " ");
	return text.charAt(0).toUpperCase() + text.slice(1);
};

const EVENTS = () => ({
	booking_requested: __("A booking is asked for"),
	booking_held: __("A time is held"),
	booking_confirmed: __("A booking is confirmed"),
	booking_rescheduled: __("A booking is moved"),
	booking_reassigned: __("A booking is given to somebody else"),
	booking_started: __("A visit begins"),
	booking_cancelled: __("A booking is cancelled"),
	booking_no_show: __("The customer did not come"),
	job_created: __("A job is made"),
	job_assigned: __("A job is assigned"),
	job_en_route: __("Somebody is on the way to a job"),
	job_arrived: __("Somebody has arrived at a job"),
	job_started: __("Work on a job begins"),
	job_paused: __("Work on a job is paused"),
	job_completed: __("A job is done"),
	job_cancelled: __("A job is cancelled"),
	opportunity_booked: __("An opportunity becomes Booked"),
	opportunity_stage: __("An opportunity's stage changes"),
	form_submitted: __("A form arrives or a record is made"),
	record_changed: __("A field of a record changes"),
	record_submitted: __("A record is submitted"),
	record_cancelled: __("A record is cancelled"),
	date_reached: __("A date comes near or has passed"),
	time_recurring: __("At regular times"),
	submission: __("Another program asks for it"),
	chain_ended: __("Another chain has ended"),
	chain_step: __("A step of another chain starts it"),
	waitlist_offered: __("A freed slot is offered to somebody on the waitlist"),
});

const ANCHORS = () => ({
	run_start: __("it starts"),
	booking_start: __("the visit"),
	booking_end: __("the visit ends"),
	job_completed: __("the work is done"),
});

export const event_words = (event) => EVENTS()[event] || __(as_words(event));
/** What starts a chain, with what its form says of it: "A field of a record changes: Sales Order, status to Closed". */
export function trigger_words(doc) {
	const parts = [doc.trigger_doctype && __(doc.trigger_doctype), doc.trigger_field];
	if (doc.trigger_from) parts.push(__("from {0}", [doc.trigger_from]));
	if (doc.trigger_to) parts.push(__("to {0}", [doc.trigger_to]));
	const offset = parseInt(doc.trigger_offset_minutes, 10) || 0;
	if (doc.trigger_event === "date_reached" && offset) {
		parts.push(offset < 0 ? __("{0} before", [span(-offset)]) : __("{0} after", [span(offset)]));
	}
	if (doc.trigger_at) parts.push(__("at {0}", [String(doc.trigger_at).slice(0, 5)]));
	if (doc.trigger_rule) parts.push(rule_words(doc.trigger_rule));
	if (doc.trigger_chain) parts.push(doc.trigger_chain);
	const more = parts.filter(Boolean).join(" ");
	return more ? `${event_words(doc.trigger_event)}: ${more}` : event_words(doc.trigger_event);
}

export const anchor_words = (anchor) => ANCHORS()[anchor] || __(as_words(anchor)).toLowerCase();

// ---- spans and moments

const DAY = 1440;

/** Minutes as people say them: 2880 is 2 days. */
export function span(minutes) {
	if (!minutes) return __("no time");
	if (minutes % DAY === 0) return minutes === DAY ? __("1 day") : __("{0} days", [minutes / DAY]);
	if (minutes % 60 === 0) return minutes === 60 ? __("1 hour") : __("{0} hours", [minutes / 60]);
	return __("{0} minutes", [minutes]);
}

/** Minutes as a number and the largest unit that fits. */
export function split_span(minutes) {
	const left = Math.abs(minutes || 0);
	if (left && left % DAY === 0) return [left / DAY, "days"];
	if (left && left % 60 === 0) return [left / 60, "hours"];
	return [left, "minutes"];
}

export const UNITS = { minutes: 1, hours: 60, days: DAY };
export const join_span = (count, unit) => (parseInt(count, 10) || 0) * (UNITS[unit] || 1);
export const unit_options = () => [
	{ value: "minutes", label: __("minutes") },
	{ value: "hours", label: __("hours") },
	{ value: "days", label: __("days") },
];

/** When a step happens: "48 hours before the visit". */
export function timing_words(step) {
	const offset = parseInt(step.offset_minutes, 10) || 0;
	const anchor = step.anchor || "run_start";
	if (step.at) return __("{0} at {1}", [day_words(anchor, Math.floor(offset / DAY)), step.at]);
	if (!offset) {
		return (
			{
				run_start: __("At once"),
				booking_start: __("When the visit starts"),
				booking_end: __("When the visit ends"),
				job_completed: __("When the work is done"),
			}[anchor] || as_words(anchor_words(anchor))
		);
	}
	const what = offset > 0 && anchor === "booking_start" ? __("the visit starts") : anchor_words(anchor);
	return offset < 0 ? __("{0} before {1}", [span_of_hours(-offset), what]) : __("{0} after {1}", [span_of_hours(offset), what]);
}

/** Up to three days are told in hours, as reminders are spoken of. */
const span_of_hours = (minutes) =>
	minutes % 60 === 0 && minutes > DAY && minutes <= 3 * DAY ? __("{0} hours", [minutes / 60]) : span(minutes);

function day_words(anchor, days) {
	const what = ["booking_start", "booking_end"].includes(anchor)
		? __("the visit")
		: anchor === "job_completed"
		? __("the work")
		: __("that");
	if (days === 0) {
		return anchor === "run_start" ? __("On the same day") : __("On the day of {0}", [what]);
	}
	if (days === -1) return __("On the day before {0}", [what]);
	if (days === 1) return anchor === "run_start" ? __("On the next day") : __("On the day after {0}", [what]);
	if (anchor === "run_start") return __("{0} days later", [days]);
	return days < 0 ? __("{0} days before {1}", [-days, what]) : __("{0} days after {1}", [days, what]);
}

// ---- conditions

const OPERATORS = () => ({
	"=": __("is"),
	"!=": __("is not"),
	">": __("is more than"),
	">=": __("is at least"),
	"<": __("is less than"),
	"<=": __("is at most"),
	in: __("is one of"),
	"not in": __("is none of"),
	between: __("is between"),
	contains: __("contains"),
	"not contains": __("does not contain"),
	"starts with": __("starts with"),
	"ends with": __("ends with"),
	before: __("is before"),
	after: __("is after"),
	"is set": __("is known"),
	"is not set": __("is not known"),
});
export const operator_words = (operator) => OPERATORS()[operator] || operator;
export const needs_value = (operator) => !["is set", "is not set"].includes(operator);

/** A condition from the text of a step's row: an object, null when there is none, undefined when it can't be read. */
export function read_condition(text) {
	if (!text) return null;
	if (typeof text === "object") return text;
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** A condition as a phrase, groups in brackets; the text itself when it can't be read. */
export function condition_words(condition, catalogue) {
	if (!condition || typeof condition !== "object") return "";
	const [[mode, parts]] = Object.entries(condition);
	if (!Array.isArray(parts)) return JSON.stringify(condition);
	const words = parts.map((part) =>
		Array.isArray(part) ? row_words(part, catalogue) : `(${condition_words(part, catalogue)})`
	);
	return words.join(` ${mode === "any" ? __("or") : __("and")} `);
}

function row_words([name, operator, value], catalogue) {
	const fact = catalogue.fact(name);
	const label = fact ? fact.label : as_words(name);
	if (!needs_value(operator)) return `${label} ${operator_words(operator)}`;
	if (fact && fact.kind === "yes_no" && ["=", "!="].includes(operator)) {
		const yes = Boolean(value) === (operator === "=");
		return `${label}: ${yes ? __("yes") : __("no")}`;
	}
	const told = Array.isArray(value) ? value.join(", ") : value === null || value === undefined ? "?" : value;
	return `${label} ${operator_words(operator)} ${told}`;
}

// ---- templates

/** What a template says, at a glance and escaped: facts as marks, either-or parts with a stroke between. */
export function template_glimpse(text, catalogue) {
	const plain = escape(text)
		.replace(/\{%-?\s*(else|elif[^%]*?)\s*-?%\}/g, " / ")
		.replace(/\{%.*?%\}/g, "");
	return plain.replace(/\{\{-?\s*(\w+).*?\}\}/g, (_, name) => {
		const fact = catalogue.fact(name);
		return `<span class="rbc-fact">${escape(fact ? fact.label : as_words(name))}</span>`;
	});
}
