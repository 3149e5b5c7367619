// When a chain that a date or the clock starts begins, asked in words in place of minutes and recurrence rules.

import { join_span, split_span, unit_options } from "./words";

const WEEKDAYS = () => ({
	MO: __("Monday"),
	TU: __("Tuesday"),
	WE: __("Wednesday"),
	TH: __("Thursday"),
	FR: __("Friday"),
	SA: __("Saturday"),
	SU: __("Sunday"),
});
const EACH = () => ({
	DAILY: [__("every day"), __("every {0} days")],
	WEEKLY: [__("every week"), __("every {0} weeks")],
	MONTHLY: [__("every month"), __("every {0} months")],
	YEARLY: [__("every year"), __("every {0} years")],
});

const parts_of = (rule) => Object.fromEntries((rule || "").split(";").map((part) => part.split("=")));

/** A rule of RFC 5545 in words: "every 2 weeks on Monday"; the rule itself where it says more than these words can. */
export function rule_words(rule) {
	const { FREQ, INTERVAL, BYDAY, ...more } = parts_of(rule);
	const days = (BYDAY || "").split(",").filter(Boolean);
	if (!EACH()[FREQ] || Object.keys(more).length || days.some((day) => !WEEKDAYS()[day])) return rule;
	const [one, several] = EACH()[FREQ];
	const every = parseInt(INTERVAL, 10) > 1 ? several.replace("{0}", INTERVAL) : one;
	return days.length ? __("{0} on {1}", [every, days.map((day) => WEEKDAYS()[day]).join(", ")]) : every;
}

export const has_start_time = (doc) => ["date_reached", "time_recurring"].includes(doc.trigger_event);

/** Ask when the chain starts, and put it into the form. */
export function ask_start_time(frm, done) {
	const ask = frm.doc.trigger_event === "time_recurring" ? rhythm_fields(frm.doc) : date_fields(frm.doc);
	const dialog = new frappe.ui.Dialog({
		title: __("When it starts"),
		fields: [...ask.fields, { fieldname: "at", fieldtype: "Data", label: __("At this time of day"), default: (frm.doc.trigger_at || "").slice(0, 5) }],
		primary_action_label: __("Done"),
		primary_action: async (values) => {
			dialog.hide();
			await frm.set_value({ ...ask.read(values, dialog), trigger_at: values.at || "" });
			done();
		},
	});
	dialog.fields_dict.at.$input.attr("type", "time");
	dialog.show();
}

function date_fields(doc) {
	const offset = parseInt(doc.trigger_offset_minutes, 10) || 0;
	const [count, unit] = split_span(offset);
	const fields = [
		{
			fieldname: "side",
			fieldtype: "Select",
			label: __("When"),
			default: offset < 0 ? "before" : offset > 0 ? "after" : "on",
			options: [
				{ value: "before", label: __("Before the date") },
				{ value: "on", label: __("On the date") },
				{ value: "after", label: __("After the date") },
			],
		},
		{ fieldname: "count", fieldtype: "Int", label: __("How long"), default: count || 1, depends_on: "eval:doc.side !== 'on'" },
		{ fieldname: "unit", fieldtype: "Select", label: __("Unit"), options: unit_options(), default: count ? unit : "days", depends_on: "eval:doc.side !== 'on'" },
	];
	const read = ({ side, count: many, unit: each }) => {
		const minutes = side === "on" ? 0 : join_span(many, each);
		return { trigger_offset_minutes: side === "before" ? -minutes : minutes };
	};
	return { fields, read };
}

function rhythm_fields(doc) {
	const { FREQ = "WEEKLY", INTERVAL = "1", BYDAY = "" } = parts_of(doc.trigger_rule);
	const chosen = BYDAY.split(",");
	const fields = [
		{
			fieldname: "freq",
			fieldtype: "Select",
			label: __("How often"),
			default: FREQ,
			options: Object.entries(EACH()).map(([value, [label]]) => ({ value, label: frappe.utils.to_title_case(label) })),
		},
		{ fieldname: "interval", fieldtype: "Int", label: __("Every so many"), default: INTERVAL },
		{
			fieldname: "days",
			fieldtype: "MultiCheck",
			label: __("On"),
			columns: 2,
			sort_options: false,
			depends_on: "eval:doc.freq === 'WEEKLY'",
			options: Object.entries(WEEKDAYS()).map(([value, label]) => ({ value, label, checked: chosen.includes(value) })),
		},
	];
	const read = ({ freq, interval }, dialog) => {
		const days = freq === "WEEKLY" ? dialog.fields_dict.days.get_value() : [];
		const rule = [`FREQ=${freq}`];
		if (interval > 1) rule.push(`INTERVAL=${interval}`);
		if (days && days.length) rule.push(`BYDAY=${Object.keys(WEEKDAYS()).filter((day) => days.includes(day)).join(",")}`);
		return { trigger_rule: rule.join(";") };
	};
	return { fields, read };
}
