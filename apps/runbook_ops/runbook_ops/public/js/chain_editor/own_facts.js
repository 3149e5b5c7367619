// The facts that only one chain has: the fields of the record that it is about, and the answers to its questions.

import { settings_of } from "./fields";
import { as_words } from "./words";

const FACT_KINDS = {
	Check: "yes_no",
	Currency: "number",
	Data: "text",
	Date: "date",
	Datetime: "date",
	"Dynamic Link": "text",
	Float: "number",
	Int: "number",
	Link: "text",
	Percent: "number",
	Phone: "text",
	Select: "text",
	"Small Text": "text",
	Text: "text",
	Time: "text",
};

const record_fact = (name, label, df = {}) => ({
	name: `doc.${name}`,
	label,
	description: __("a field of the record"),
	kind: FACT_KINDS[df.fieldtype] || "text",
	group: "record",
	choices: df.fieldtype === "Select" ? (df.options || "").split("\n").filter(Boolean) : [],
	options: df.fieldtype === "Link" ? df.options : null,
});

/** The answers to the questions that these steps ask. */
export function answer_facts(steps, catalogue) {
	return steps
		.filter((step) => step.action === "ask_person")
		.map((step) => ({
			name: `answer.${step.code}`,
			label: __("Answer to: {0}", [step.title || step.code]),
			description: __("what the person answered"),
			kind: "text",
			group: "answers",
			choices: settings_of(step, catalogue).answers || [],
			options: null,
		}));
}

/** The fields of the record that starts a chain, where it is of a type that the chain names, or the names that it is sent. */
export async function record_facts({ trigger_doctype: doctype, trigger_event: event, trigger_values: values }) {
	if (event === "submission") {
		const names = (values || "").split(",").map((name) => name.trim());
		return names.filter(Boolean).map((name) => record_fact(name, as_words(name)));
	}
	if (!doctype) return [];
	await frappe.model.with_doctype(doctype);
	return frappe
		.get_meta(doctype)
		.fields.filter((df) => FACT_KINDS[df.fieldtype] && !df.hidden)
		.map((df) => record_fact(df.fieldname, __(df.label || as_words(df.fieldname)), df));
}
