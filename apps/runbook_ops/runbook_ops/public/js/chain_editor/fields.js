// The fields of a step's dialog: when, what the action needs, who is asked; what nobody has drawn comes from the doctype.

import { anchor_words, join_span, span, split_span, unit_options } from "./words";
import { codes_of, number } from "./rows";

/** The columns of a step that the dialog shows in a way of its own; all others come as the doctype has them. */
const DRAWN = ["code", "title", "action", "anchor", "offset_minutes", "at", "after", "condition", "more_settings"];
const SPANS = /_minutes$/;

const strip = (text) => String(text || "").replace(/\s*\(minutes\)/i, "");

/** A field for a number of minutes, as a number and a unit side by side; `description` follows both. */
function span_fields(df, step) {
	const [count, unit] = split_span(step[df.fieldname]);
	return [
		{
			fieldname: `${df.fieldname}__count`,
			fieldtype: "Int",
			label: __(strip(df.label)),
			default: count || undefined,
			description: __(strip(df.description).replace(/^Minutes/, "How long").replace("0 means", "empty means")),
		},
		{
			fieldname: `${df.fieldname}__unit`,
			fieldtype: "Select",
			label: __("Unit"),
			options: unit_options(),
			default: unit,
		},
	];
}

// ---- when

const WHENS = () => {
	const words = {
		"run_start|0": __("At once, when the chain starts"),
		"run_start|+": __("Some time after the chain has started"),
		"booking_start|-": __("Before the visit"),
		"booking_start|0": __("When the visit starts, or on its day"),
		"booking_start|+": __("After the visit has started"),
		"booking_end|-": __("Before the visit ends"),
		"booking_end|0": __("When the visit ends"),
		"booking_end|+": __("After the visit"),
		"job_completed|0": __("When the work is done"),
		"job_completed|+": __("After the work is done"),
	};
	return words;
};

const sign = (minutes) => (minutes < 0 ? "-" : minutes > 0 ? "+" : "0");

/** The moments that can be chosen: those with words, and for a new anchor its three. */
function when_options(anchors, chosen) {
	const words = WHENS();
	const keys = anchors.flatMap((anchor) =>
		["-", "0", "+"]
			.map((each) => `${anchor}|${each}`)
			.filter((key) => words[key] || key === chosen || !Object.keys(words).some((known) => known.startsWith(`${anchor}|`)))
	);
	return keys.map((key) => {
		const [anchor, each] = key.split("|");
		const plain = { "-": __("Before: {0}"), 0: __("At: {0}"), "+": __("After: {0}") }[each];
		return { value: key, label: words[key] || plain.replace("{0}", anchor_words(anchor)) };
	});
}

export function when_fields(step, anchors) {
	const offset = number(step.offset_minutes);
	const chosen = `${step.anchor || "run_start"}|${sign(offset)}`;
	const [count, unit] = split_span(offset);
	const moved = "eval:(doc.when || '').slice(-1) !== '0'";
	return [
		{ fieldname: "when", fieldtype: "Select", label: __("When"), options: when_options(anchors, chosen), default: chosen },
		{ fieldname: "offset__count", fieldtype: "Int", label: __("How long before or after"), default: count || 1, depends_on: moved },
		{ fieldname: "offset__unit", fieldtype: "Select", label: __("Unit"), options: unit_options(), default: count ? unit : "days", depends_on: moved },
		{
			fieldname: "at",
			fieldtype: "Data",
			label: __("At this time of day"),
			default: step.at ? String(step.at).slice(0, 5) : "",
			description: __("Empty: exactly then"),
		},
	];
}

export function read_when(values) {
	const [anchor, each] = (values.when || "run_start|0").split("|");
	const minutes = each === "0" ? 0 : join_span(values.offset__count, values.offset__unit);
	return { anchor, offset_minutes: each === "-" ? -minutes : minutes, at: values.at || "" };
}

// ---- what the action needs

/** A setting of the action's contract as a field. */
function setting_field(setting, value, catalogue) {
	const field = {
		fieldname: setting.name,
		label: setting.label,
		description: setting.description,
		reqd: setting.required ? 1 : 0,
		default: value,
		depends_on: setting.depends_on || undefined,
	};
	const kinds = {
		template: () => ({ fieldtype: setting.long ? "Small Text" : "Data", template: true }),
		choice: () => ({ fieldtype: "Select", options: choice_options(setting, value) }),
		yes_no: () => ({ fieldtype: "Check", default: value ? 1 : 0, reqd: 0 }),
		number: () => ({ fieldtype: "Int" }),
		link: () => ({ fieldtype: "Link", options: setting.options }),
		lines: () => ({ fieldtype: "Small Text", default: Array.isArray(value) ? value.join("\n") : value }),
		structure: () => ({ fieldtype: "Small Text", default: value === undefined ? "" : JSON.stringify(value, null, 1) }),
		facts: () => ({
			fieldtype: "MultiCheck",
			sort_options: false,
			columns: 1,
			options: catalogue.facts.map((fact) => ({ value: fact.name, label: fact.label, checked: (value || []).includes(fact.name) })),
		}),
	};
	return { ...field, fieldtype: "Data", ...(kinds[setting.kind] ? kinds[setting.kind]() : {}) };
}

function choice_options(setting, value) {
	const known = setting.choices.some(([choice]) => choice === String(value ?? ""));
	const odd = value === undefined || value === null || value === "" || known ? [] : [[String(value), String(value)]];
	const none = setting.required ? [] : [["", setting.empty_means || __("Not set")]];
	return [...none, ...odd, ...setting.choices].map(([choice, label]) => ({ value: choice, label }));
}

/** What a field of a setting says, as the step keeps it. */
function read_setting(setting, value) {
	if (setting.kind === "yes_no") return value ? true : undefined;
	if (setting.kind === "number") return value === "" || value === undefined ? undefined : number(value);
	if (setting.kind === "lines") {
		const lines = String(value || "").split("\n");
		return lines.map((line) => line.trim()).filter(Boolean);
	}
	if (setting.kind === "structure" && value) {
		try {
			return JSON.parse(value);
		} catch {
			return value; // stays the text that was typed, and the check names it
		}
	}
	return value;
}

const is_empty = (value) => value === undefined || value === null || value === "" || (Array.isArray(value) && !value.length);

/** The settings of a step: those in columns of its row, and the others from their JSON. */
export function settings_of(step, catalogue) {
	let more = {};
	try {
		more = JSON.parse(step.more_settings || "{}") || {};
	} catch {
		more = {};
	}
	const own = Object.fromEntries(
		catalogue.own_settings
			.filter((name) => step[name] !== null && step[name] !== undefined && step[name] !== "")
			.map((name) => [name, step[name]])
	);
	return { ...own, ...more };
}

export function setting_fields(action, values, catalogue) {
	const place = (setting) => ({ template: 1, lines: 2, facts: 2, structure: 3 }[setting.kind] || 0);
	return [...action.settings]
		.sort((one, other) => place(one) - place(other))
		.map((setting) => setting_field(setting, values[setting.name], catalogue));
}

/** What the fields of the settings say, as columns of the row; settings that this action does not have are let go. */
export function read_settings(action, values, catalogue) {
	const row = Object.fromEntries(catalogue.own_settings.map((name) => [name, null]));
	const more = {};
	for (const setting of action ? action.settings : []) {
		const value = read_setting(setting, values[setting.name]);
		if (is_empty(value)) continue;
		if (catalogue.own_settings.includes(setting.name)) row[setting.name] = value;
		else more[setting.name] = value;
	}
	return { ...row, more_settings: Object.keys(more).length ? JSON.stringify(more) : "" };
}

// ---- the rest

export function after_field(step, steps) {
	const others = steps.filter((other) => other.code !== step.code);
	const chosen = codes_of(step.after);
	const gone = chosen.filter((code) => !others.some((other) => other.code === code));
	return {
		fieldname: "after",
		fieldtype: "MultiCheck",
		label: __("Only after these steps have ended"),
		columns: 1,
		sort_options: false,
		options: [
			...others.map((other) => ({ value: other.code, label: other.title || other.code, checked: chosen.includes(other.code) })),
			...gone.map((code) => ({ value: code, label: __("{0} (there is no such step)", [code]), checked: true })),
		],
	};
}

/** Every column of a step that has no place of its own, in the doctype's order. */
export function other_fields(step, catalogue) {
	const drawn = new Set([...DRAWN, ...catalogue.own_settings]);
	return frappe
		.get_meta("Trigger Chain Step")
		.fields.filter((df) => !frappe.model.no_value_type.includes(df.fieldtype) && !drawn.has(df.fieldname) && !df.hidden)
		.flatMap((df) =>
			SPANS.test(df.fieldname) && df.fieldtype === "Int"
				? span_fields(df, step)
				: [{ ...df, label: __(df.label), description: df.fieldtype === "Select" ? "" : __(df.description || ""), default: step[df.fieldname] ?? df.default, in_list_view: 0, reqd: 0, options: words_of_options(df) }]
		);
}

const CHOICES = () => ({
	keep: __("It stays done"),
	redo: __("It is done again for the new time"),
	correct: __("What it said is put right at once"),
	ask: __("A person decides"),
	skip: __("It is left out, with the reason"),
	ignore: __("At any hour"),
	move: __("When closed, at the next opening"),
	count: __("Counted in opening hours"),
});

function words_of_options(df) {
	if (df.fieldtype !== "Select") return df.options;
	const words = CHOICES();
	return (df.options || "").split("\n").map((value) => ({
		value,
		label: words[value] || (value ? frappe.utils.to_title_case(__(value.replaceAll("_", " "))) : __("Not set")),
	}));
}

/** What the fields of `other_fields` say, spans joined to minutes again. */
export function read_others(fields, values) {
	const row = {};
	for (const { fieldname } of fields) {
		if (!fieldname) continue;
		if (fieldname.endsWith("__unit")) continue;
		if (fieldname.endsWith("__count")) {
			const name = fieldname.replace("__count", "");
			row[name] = join_span(values[fieldname], values[`${name}__unit`]);
		} else row[fieldname] = values[fieldname] ?? "";
	}
	return row;
}

export const exception_words = (step) =>
	__("{0}, within {1}", [__(step.exception_role || "Runbook Front Desk").replace(/^Runbook /, ""), span(number(step.exception_due_minutes))]);
