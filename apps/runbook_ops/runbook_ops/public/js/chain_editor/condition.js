// The condition control: rows of fact, operator and value in groups of all or any, one level of groups inside; deeper as text.

import { as_words, escape, needs_value, operator_words, read_condition } from "./words";

const DEEPEST = 2;
const LISTS = ["in", "not in", "between"];

/** Whether a condition can be shown as rows: nothing that the rows would lose. */
function fits(condition, level = 1) {
	if (!condition || typeof condition !== "object" || Array.isArray(condition)) return false;
	const entries = Object.entries(condition);
	if (entries.length !== 1 || level > DEEPEST) return false;
	const [mode, parts] = entries[0];
	if (!["all", "any"].includes(mode) || !Array.isArray(parts)) return false;
	return parts.every((part) =>
		Array.isArray(part) ? part.length === 2 || part.length === 3 : fits(part, level + 1)
	);
}

const group_of = (condition) => {
	const [[mode, parts]] = Object.entries(condition);
	return {
		mode,
		parts: parts.map((part) =>
			Array.isArray(part) ? { fact: part[0], operator: part[1], value: part[2] } : group_of(part)
		),
	};
};

const data_of = (group) => ({
	[group.mode]: group.parts.map((part) =>
		part.parts
			? data_of(part)
			: needs_value(part.operator)
			? [part.fact, part.operator, part.value ?? null]
			: [part.fact, part.operator]
	),
});

export class ConditionControl {
	/** `value`: the text of a row's condition; `on_change` is called after each change. */
	constructor(wrapper, { value, catalogue, on_change, label }) {
		this.$wrapper = $(wrapper);
		this.catalogue = catalogue;
		this.on_change = on_change || (() => {});
		this.label = label || __("Do this only if");
		this.set_value(value);
	}

	/** The condition as the text that a row keeps; empty when it always holds. */
	get_value() {
		if (this.text !== null) return this.text.trim();
		return this.group.parts.length ? JSON.stringify(data_of(this.group)) : "";
	}

	set_value(value) {
		const condition = read_condition(value);
		const empty = condition === null || (typeof condition === "object" && !Object.keys(condition || {}).length);
		this.text = null;
		if (empty) this.group = { mode: "all", parts: [] };
		else if (fits(condition)) this.group = group_of(condition);
		else this.text = typeof value === "string" ? value : JSON.stringify(value, null, 1);
		this.draw();
	}

	draw(focus) {
		this.$wrapper.html(this.text !== null ? this.text_html() : this.rows_html());
		this.$wrapper.find(".rbc-condition-text").on("input", (event) => {
			this.text = event.target.value;
			this.on_change();
		});
		this.$wrapper.find("[data-do]").on("click", (event) => this.act(event.currentTarget.dataset));
		this.$wrapper.find("[data-set]").on("change", (event) => this.set(event.currentTarget));
		this.$wrapper.find("input[data-set='value']").on("input", (event) => this.set(event.currentTarget, false));
		this.make_links();
		if (focus) this.$wrapper.find(focus).first().trigger("focus");
	}

	// ---- as rows

	rows_html() {
		return `<div class="rbc-condition">${this.group_html(this.group, "")}
			<div class="rbc-condition-feet">
				<button type="button" class="btn btn-xs btn-default" data-do="row" data-path="">${__("Add a condition")}</button>
				<button type="button" class="btn btn-xs btn-default" data-do="group" data-path="">${__("Add a group")}</button>
				<button type="button" class="btn btn-xs btn-link" data-do="as_text">${__("Edit as text")}</button>
			</div></div>`;
	}

	group_html(group, path) {
		const mode = `<select class="form-control rbc-mode" data-set="mode" data-path="${path}" aria-label="${__("All or any")}">
			<option value="all" ${group.mode === "all" ? "selected" : ""}>${__("all of these hold")}</option>
			<option value="any" ${group.mode === "any" ? "selected" : ""}>${__("any of these holds")}</option></select>`;
		const many = group.parts.length > 1 || path;
		const head = group.parts.length || path
			? `<div class="rbc-condition-head">${path ? "" : `<span>${escape(this.label)}</span>`} ${many ? mode : ""}${
					path ? this.remove_button(path, __("Remove this group")) : ""
			  }</div>`
			: `<div class="text-muted rbc-condition-none">${__("Always. Add a condition to do it only sometimes.")}</div>`;
		const rows = group.parts.map((part, index) => {
			const at = path === "" ? String(index) : `${path}.${index}`;
			return part.parts
				? `<div class="rbc-group" role="group" aria-label="${__("Group of conditions")}">${this.group_html(part, at)}
					<button type="button" class="btn btn-xs btn-default" data-do="row" data-path="${at}">${__("Add a condition")}</button></div>`
				: this.row_html(part, at);
		});
		return head + rows.join("");
	}

	row_html(row, path) {
		const fact = this.catalogue.fact(row.fact);
		const groups = this.catalogue.fact_groups().map(
			([label, facts]) =>
				`<optgroup label="${escape(label)}">${facts
					.map((each) => option(each.name, each.label, each.name === row.fact, each.description))
					.join("")}</optgroup>`
		);
		const unknown = fact ? "" : option(row.fact, as_words(row.fact), true);
		const operators = this.catalogue.operators_for(fact);
		const known = operators.includes(row.operator) ? operators : [...operators, row.operator];
		return `<div class="rbc-row" data-row="${path}">
			<select class="form-control" data-set="fact" data-path="${path}" aria-label="${__("Fact")}">${unknown}${groups.join("")}</select>
			<select class="form-control" data-set="operator" data-path="${path}" aria-label="${__("Comparison")}">${known
				.map((each) => option(each, operator_words(each), each === row.operator))
				.join("")}</select>
			<div class="rbc-value">${needs_value(row.operator) ? this.value_html(row, fact, path) : ""}</div>
			${this.remove_button(path, __("Remove this condition"))}
		</div>`;
	}

	value_html(row, fact, path) {
		const attributes = `data-set="value" data-path="${path}" aria-label="${__("Value")}"`;
		const many = LISTS.includes(row.operator);
		if (fact && fact.kind === "yes_no") {
			const yes = row.value === true || row.value === 1;
			return `<select class="form-control" ${attributes}>${option("true", __("Yes"), yes)}${option("false", __("No"), !yes)}</select>`;
		}
		if (fact && fact.choices.length && !many) {
			const found = fact.choices.includes(row.value) || row.value === null || row.value === undefined;
			const choices = found ? fact.choices : [row.value, ...fact.choices];
			return `<select class="form-control" ${attributes}><option value=""></option>${choices
				.map((each) => option(each, __(each), each === row.value))
				.join("")}</select>`;
		}
		if (fact && fact.options && !many) {
			return `<div class="rbc-link" data-path="${path}" data-options="${escape(fact.options)}"></div>`;
		}
		const type = fact && fact.kind === "number" && !many ? "number" : "text";
		const on_day = fact && (fact.kind === "date" || ["before", "after"].includes(row.operator));
		const shown = Array.isArray(row.value) ? row.value.join(", ") : row.value ?? "";
		const hints = { between: __("from, to"), in: __("separated by commas"), "not in": __("separated by commas") };
		const hint = hints[row.operator] || (on_day ? __("2026-11-30 or today + 3") : "");
		return `<input class="form-control" type="${type}" step="any" value="${escape(shown)}" placeholder="${escape(hint)}" ${attributes}>`;
	}

	remove_button(path, label) {
		return `<button type="button" class="btn btn-xs rbc-remove" data-do="remove" data-path="${path}" aria-label="${label}" title="${label}">${frappe.utils.icon(
			"close",
			"sm"
		)}</button>`;
	}

	make_links() {
		this.$wrapper.find(".rbc-link").each((_, place) => {
			const row = this.part_at(place.dataset.path);
			const control = frappe.ui.form.make_control({
				parent: $(place),
				df: {
					fieldtype: "Link",
					fieldname: "value",
					options: place.dataset.options,
					change: () => {
						const value = control.get_value();
						if (value === (row.value || "")) return;
						row.value = value;
						this.on_change();
					},
				},
				only_input: true,
				render_input: true,
			});
			control.set_input(row.value || "");
			control.$input.attr("aria-label", __("Value"));
		});
	}

	// ---- as text

	text_html() {
		const read = read_condition(this.text);
		const back = fits(read) || !this.text.trim();
		return `<div class="rbc-condition">
			<p class="text-muted small">${__(
				"Groups inside groups are written as text: all or any, with rows of fact, operator and value."
			)}</p>
			<textarea class="form-control rbc-condition-text" rows="7" spellcheck="false" aria-label="${__("Condition as text")}">${escape(
			this.text
		)}</textarea>
			<button type="button" class="btn btn-xs btn-link" data-do="as_rows" ${back ? "" : `title="${__("It does not fit into rows")}"`}>${__(
			"Edit as rows"
		)}</button></div>`;
	}

	// ---- changes

	part_at(path) {
		if (path === "" || path === undefined) return this.group;
		return path.split(".").reduce((group, index) => group.parts[index], this.group);
	}

	act({ do: what, path }) {
		if (what === "as_text") {
			this.text = this.group.parts.length ? JSON.stringify(data_of(this.group), null, 1) : "";
			this.draw(".rbc-condition-text");
			return;
		}
		if (what === "as_rows") {
			this.to_rows();
			return;
		}
		let focus = "[data-do='row']";
		if (what === "row") {
			const group = this.part_at(path);
			group.parts.push({ fact: "returning_customer", operator: "=", value: true });
			const at = path === "" ? String(group.parts.length - 1) : `${path}.${group.parts.length - 1}`;
			focus = `[data-row="${at}"] select`;
		}
		if (what === "group") {
			this.group.parts.push({ mode: "any", parts: [{ fact: "returning_customer", operator: "=", value: true }] });
		}
		if (what === "remove") this.remove(path);
		this.draw(focus);
		this.on_change();
	}

	to_rows() {
		const read = read_condition(this.text);
		if (this.text.trim() && !fits(read)) {
			frappe.show_alert({
				message: __("This condition has groups inside groups, or is not whole yet; it stays as text."),
				indicator: "orange",
			});
			return;
		}
		this.set_value(this.text.trim());
	}

	remove(path) {
		const steps = path.split(".");
		const index = parseInt(steps.pop(), 10);
		const group = this.part_at(steps.join("."));
		group.parts.splice(index, 1);
		if (steps.length && !group.parts.length) this.remove(steps.join("."));
	}

	set(input, redraw = true) {
		const part = this.part_at(input.dataset.path);
		const what = input.dataset.set;
		if (what === "value") part.value = this.value_of(part, input.value);
		else part[what] = input.value;
		if (what === "fact") this.fit_row(part);
		if (what === "operator") part.value = this.value_of(part, Array.isArray(part.value) ? part.value.join(", ") : part.value);
		if (redraw && what !== "value" && what !== "mode") {
			this.draw(`[data-row="${input.dataset.path}"] [data-set="${what}"]`);
		}
		this.on_change();
	}

	/** After another fact was chosen: an operator and a value that go with it. */
	fit_row(row) {
		const fact = this.catalogue.fact(row.fact);
		const operators = this.catalogue.operators_for(fact);
		if (!operators.includes(row.operator)) [row.operator] = operators;
		row.value = { yes_no: true, number: 0 }[fact && fact.kind] ?? "";
	}

	value_of(row, given) {
		const fact = this.catalogue.fact(row.fact);
		if (!needs_value(row.operator)) return null;
		const as_number = (text) => (fact && fact.kind === "number" && text !== "" && !Number.isNaN(Number(text)) ? Number(text) : text);
		if (LISTS.includes(row.operator)) {
			return String(given ?? "")
				.split(",")
				.map((each) => each.trim())
				.filter(Boolean)
				.map(as_number);
		}
		if (fact && fact.kind === "yes_no") return given === true || given === "true";
		return as_number(given);
	}
}

const option = (value, label, selected, title) =>
	`<option value="${escape(value)}" ${selected ? "selected" : ""} ${title ? `title="${escape(title)}"` : ""}>${escape(label)}</option>`;
