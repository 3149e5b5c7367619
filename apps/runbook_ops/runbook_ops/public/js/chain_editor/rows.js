// A chain's steps as the rows of its form: grouped into moments, moved, copied, and taken out.

import { timing_words } from "./words";

const DAY = 1440;
const NOON = 720;

export const number = (value) => parseInt(value, 10) || 0;

// ---- moments

const PHASES = ["start", "before", "day", "end", "done", "other"];

/** The part of the trail that a step belongs to. */
function phase_of(step) {
	const offset = number(step.offset_minutes);
	if ((step.anchor || "run_start") === "run_start") return "start";
	if (step.anchor === "booking_start") return offset < 0 ? "before" : "day";
	if (step.anchor === "booking_end") return "end";
	return step.anchor === "job_completed" ? "done" : "other";
}

/** Minutes from the anchor, for sorting; a wall time counts from a visit at noon. */
function minutes_of(step) {
	const offset = number(step.offset_minutes);
	if (!step.at) return offset;
	const [hour, minute] = String(step.at).split(":").map(number);
	const start = ["booking_start", "booking_end"].includes(step.anchor) ? NOON : 0;
	return Math.floor(offset / DAY) * DAY + hour * 60 + minute - start;
}

const key_of = (step) => [step.anchor || "run_start", number(step.offset_minutes), step.at || ""].join("|");

/** The steps in the order in which they happen: phases, each with its moments, each with its steps. */
export function phases_of(steps) {
	const moments = new Map();
	for (const step of steps) {
		const key = key_of(step);
		if (!moments.has(key)) {
			moments.set(key, { key, phase: phase_of(step), at: minutes_of(step), words: timing_words(step), steps: [] });
		}
		moments.get(key).steps.push(step);
	}
	for (const moment of moments.values()) {
		moment.steps.sort((a, b) => number(a.priority) - number(b.priority) || a.idx - b.idx);
	}
	const sorted = [...moments.values()].sort((a, b) => a.at - b.at);
	return PHASES.map((phase) => [phase, sorted.filter((moment) => moment.phase === phase)]).filter(
		([, found]) => found.length
	);
}

/** How deep each step of a moment hangs below the one drawn before it: deeper when it waits for that one, as deep when both
 * wait for the same. */
export function depths_of(moment) {
	const depths = [];
	moment.steps.forEach((step, index) => {
		const before = moment.steps[index - 1];
		const waits = codes_of(step.after);
		if (!before || !waits.length) depths.push(0);
		else if (waits.includes(before.code)) depths.push(depths[index - 1] + 1);
		else depths.push(step.after === before.after ? depths[index - 1] : 0);
	});
	return depths;
}

export const codes_of = (after) =>
	(after || "")
		.split(",")
		.map((code) => code.trim())
		.filter(Boolean);

// ---- changes

/** A code for a title that no other step has. */
export function new_code(title, steps) {
	const base =
		String(title || "step")
			.toLowerCase()
			.normalize("NFKD")
			.replace(/[^a-z0-9]+/g, "_")
			.replace(/^_+|_+$/g, "")
			.slice(0, 50) || "step";
	const taken = new Set(steps.map((step) => step.code));
	let code = base;
	for (let count = 2; taken.has(code); count++) code = `${base}_${count}`;
	return code;
}

const SYSTEM = ["name", "idx", "creation", "modified", "owner", "modified_by", "docstatus"];

/** A step's own values, without those that make it this row. */
export function values_of(step) {
	return Object.fromEntries(
		Object.entries(step).filter(
			([name]) => !SYSTEM.includes(name) && !name.startsWith("__") && !["parent", "parentfield", "parenttype", "doctype"].includes(name)
		)
	);
}

/** Put a step at a place among the steps of a moment: it takes over the moment's time, and the order counts. */
export function place_step(step, moment, position, steps) {
	const others = moment.steps.filter((other) => other !== step);
	const [anchor, offset, at] = moment.key.split("|");
	Object.assign(step, { anchor, offset_minutes: number(offset), at });
	const ordered = [...others.slice(0, position), step, ...others.slice(position)];
	const priorities = ordered.map((each) => number(each.priority)).sort((a, b) => a - b);
	let last = -Infinity;
	ordered.forEach((each, index) => {
		last = Math.max(priorities[index], last + 1);
		each.priority = last;
	});
	const rest = steps.filter((each) => !ordered.includes(each));
	const first = Math.min(...others.map((each) => steps.indexOf(each)), steps.indexOf(step));
	const before = rest.filter((each) => steps.indexOf(each) < first);
	const arranged = [...before, ...ordered, ...rest.filter((each) => !before.includes(each))];
	arranged.forEach((each, index) => (each.idx = index + 1));
	return arranged;
}

/** Where a step would go one up or down: its moment's neighbour, or the end of the moment beside it; null at the end. */
export function neighbour_place(step, direction, phases) {
	const moments = phases.flatMap(([, found]) => found);
	const index = moments.findIndex((moment) => moment.steps.includes(step));
	const moment = moments[index];
	const position = moment.steps.indexOf(step) + direction;
	if (position >= 0 && position < moment.steps.length) return { moment, position };
	const other = moments[index + direction];
	if (!other) return null;
	return { moment: other, position: direction < 0 ? other.steps.length : 0 };
}
