// What a chain can be built from: fetched once a page, and looked up by name.

let known = null;

class Catalogue {
	constructor(data) {
		Object.assign(this, data);
		this.action_by_code = new Map(data.actions.map((action) => [action.code, action]));
		this.fact_by_name = new Map(data.facts.map((fact) => [fact.name, fact]));
	}

	action(code) {
		return this.action_by_code.get(code);
	}

	fact(name) {
		return this.fact_by_name.get(name);
	}

	/** The same with facts of one chain beside: fields of its record, answers to its questions. */
	with_facts(extra) {
		if (!extra.length) return this;
		return new Catalogue({ ...this, facts: [...this.facts, ...extra] });
	}

	/** The facts in groups, as menus show them: [label, facts]. */
	fact_groups() {
		const labels = {
			customer: __("The customer"),
			visit: __("The visit"),
			work: __("The work"),
			business: __("Your business"),
			other: __("More"),
			answers: __("Answers to questions"),
			record: __("Fields of the record"),
		};
		return Object.entries(labels)
			.map(([group, label]) => [label, this.facts.filter((fact) => fact.group === group)])
			.filter(([, facts]) => facts.length);
	}

	operators_for(fact) {
		return (fact && this.operators_of[fact.kind]) || this.operators;
	}
}

/** The catalogue of this site. */
export async function read_catalogue() {
	if (!known) known = new Catalogue(await frappe.xcall("runbook_ops.api.chain_drafts.catalogue"));
	return known;
}

const ICONS = [
	[/message|mail|sms|whatsapp|letter/, "mail"],
	[/follow|task/, "tick"],
	[/assign/, "assign"],
	[/job/, "clipboard"],
	[/material|stock|order/, "stock"],
	[/checklist/, "list-alt"],
	[/await|wait/, "today"],
	[/opportunity|deal/, "crm"],
	[/customer|contact/, "customer"],
	[/ask|approv|person/, "users"],
	[/chain/, "branch"],
	[/webhook|call|http/, "integration"],
	[/field|update|set_/, "edit"],
];

/** The icon of a kind of action; what nobody has drawn yet gets a wheel. */
export function action_icon(code) {
	const [, icon] = ICONS.find(([pattern]) => pattern.test(code || "")) || [null, "setting-gear"];
	return `<span class="rbc-icon" aria-hidden="true">${frappe.utils.icon(icon, "sm")}</span>`;
}
