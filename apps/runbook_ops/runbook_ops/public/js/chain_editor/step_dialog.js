// One step in a dialog: when it happens, what it does, on what condition, and who is asked when it can't; with a preview beside.

import { ConditionControl } from "./condition";
import {
	after_field,
	other_fields,
	read_others,
	read_settings,
	read_when,
	setting_fields,
	settings_of,
	when_fields,
} from "./fields";
import { Preview } from "./preview";
import { new_code, values_of } from "./rows";
import { escape, timing_words } from "./words";

/** Where the problem of a field is shown: fields of the dialog by the names that the check uses. */
const SHOWN_AT = { anchor: "when", offset_minutes: "offset__count", useful_minutes: "useful_minutes__count", exception_due_minutes: "exception_due_minutes__count" };

/** Frappe's labels are beside their inputs and not tied to them. */
function name_inputs({ $input, df }) {
	if ($input) $input.attr("aria-label", df.label);
}

export class StepDialog {
	/** `editor`: whose step; `row`: the step, or the values of a new one; `done(values)` is called when it is kept. */
	constructor(editor, { row, is_new, done }) {
		Object.assign(this, { editor, row, is_new, done });
		this.catalogue = editor.facts_of(row);
		this.values = { ...values_of(row) };
		this.open();
	}

	open() {
		this.dialog = new frappe.ui.Dialog({
			title: this.is_new ? __("Add a step") : this.values.title || __("Step"),
			size: "extra-large",
			fields: [{ fieldname: "all", fieldtype: "HTML" }],
			primary_action_label: this.is_new ? __("Add") : __("Done"),
			primary_action: () => this.keep(),
			on_hide: () => this.dialog.$wrapper.remove(),
		});
		this.dialog.$wrapper.addClass("rbc-dialog");
		this.dialog.fields_dict.all.$wrapper.html(`<div class="rbc-step">
			<div class="rbc-form">
				<div class="rbc-other-problems" role="alert"></div>
				<div data-part="what"></div>
				<p class="rbc-about text-muted"></p>
				<h4>${__("When")}</h4><div data-part="when"></div><p class="rbc-when-words" aria-live="polite"></p>
				<div class="rbc-settings"><h4>${__("What exactly")}</h4><div data-part="settings"></div></div>
				<h4>${__("Only if")}</h4><div data-part="condition"></div><div class="rbc-problem" data-problem-of="condition"></div>
				<h4>${__("Order, exceptions and more")}</h4><div data-part="others"></div>
			</div>
			<div class="rbc-side"></div>
		</div>`);
		this.$ = (part) => this.dialog.$wrapper.find(`[data-part="${part}"]`);
		this.parts = {};
		this.make("what", this.what_fields());
		this.make("when", when_fields(this.values, this.editor.anchors));
		this.parts.when.fields_dict.at.$input.attr("type", "time");
		this.make_settings();
		this.make("others", this.last_fields());
		this.condition = new ConditionControl(this.$("condition"), {
			value: this.values.condition,
			catalogue: this.catalogue,
			on_change: () => this.changed(),
		});
		this.preview = new Preview(this.dialog.$wrapper.find(".rbc-side"), {
			ask: (record) => this.editor.preview(this.read(), this.row, record),
			on_problems: (problems) => this.mark(problems),
		});
		this.dialog.show();
		this.tell_when();
		this.preview.look();
	}

	// ---- fields

	what_fields() {
		return [
			{ fieldname: "title", fieldtype: "Data", label: __("Title"), default: this.values.title },
			{
				fieldname: "action",
				fieldtype: "Select",
				label: __("What it does"),
				options: this.catalogue.actions.map((action) => ({ value: action.code, label: action.title })),
				default: this.values.action,
			},
		];
	}

	last_fields() {
		return [
			after_field(this.values, this.editor.rows()),
			...other_fields(this.values, this.catalogue),
			{
				fieldname: "code",
				fieldtype: "Data",
				label: __("Code"),
				default: this.values.code,
				description: __("A short name without spaces; runs and imports know the step by it"),
			},
		];
	}

	make(part, fields) {
		const $place = this.$(part).empty();
		const group = new frappe.ui.FieldGroup({ fields, body: $place.get(0), no_submit_on_enter: true });
		group.make();
		this.parts[part] = group;
		for (const field of Object.values(group.fields_dict)) {
			if (!field.$wrapper || !field.df.fieldname) continue;
			field.$wrapper.append(`<div class="rbc-problem" data-problem-of="${field.df.fieldname}"></div>`);
			name_inputs(field);
			field.df.onchange = () => this.changed(field.df.fieldname);
			if (field.df.template) this.add_fact_menu(field);
		}
		$place.off("input.rbc").on("input.rbc", "input, textarea", () => this.changed());
		return group;
	}

	make_settings() {
		const action = this.catalogue.action(this.parts.what ? this.parts.what.get_value("action") : this.values.action);
		this.setting_fields = action ? setting_fields(action, settings_of(this.values, this.catalogue), this.catalogue) : [];
		this.dialog.$wrapper.find(".rbc-settings").toggle(this.setting_fields.length > 0);
		this.dialog.$wrapper.find(".rbc-about").text(action ? action.description : "");
		this.make("settings", this.setting_fields);
	}

	/** A menu above a text that puts a fact where the cursor is. */
	add_fact_menu(field) {
		const groups = this.catalogue.fact_groups().map(
			([label, facts]) =>
				`<optgroup label="${escape(label)}">${facts
					.filter((fact) => fact.kind !== "list")
					.map((fact) => `<option value="{{ ${fact.name} }}">${escape(fact.label)}: ${escape(fact.description)}</option>`)
					.join("")}</optgroup>`
		);
		const parts = [
			["{% if returning_customer %}…{% else %}…{% endif %}", __("One text for returning customers, another for new ones")],
			["{% if rescheduled %}…{% endif %}", __("Only when the booking was moved")],
			["{% if address %}…{% endif %}", __("Only when the address is known")],
		];
		const extras = parts.map(([value, label]) => `<option value="${escape(value)}">${label}</option>`).join("");
		const $menu = $(`<select class="form-control rbc-insert" aria-label="${__("Insert a fact into {0}", [field.df.label])}">
			<option value="">${__("Insert …")}</option>${groups.join("")}
			<optgroup label="${__("Parts that depend")}">${extras}</optgroup></select>`);
		field.$wrapper.addClass(`rbc-template ${field.df.fieldname === "body" ? "rbc-long" : ""}`).find(".clearfix").first().addClass("rbc-with-menu").append($menu);
		$menu.on("change", () => {
			const input = field.$input.get(0);
			input.setRangeText($menu.val(), input.selectionStart, input.selectionEnd, "end");
			$menu.val("");
			input.focus();
			this.changed();
		});
	}

	// ---- what stands in it

	read() {
		const what = this.typed("what");
		const action = this.catalogue.action(what.action);
		const others = this.typed("others");
		const { after, code, ...rest } = others;
		const fields = Object.values(this.parts.others.fields_dict).map((field) => field.df);
		return {
			...this.values,
			title: what.title || (action && action.title) || "",
			action: what.action,
			...read_when(this.typed("when")),
			...read_settings(action, this.typed("settings"), this.catalogue),
			condition: this.condition ? this.condition.get_value() : this.values.condition,
			...read_others(fields.filter((df) => df.fieldname in rest || /__count$/.test(df.fieldname || "")), rest),
			after: (after || []).join(", "),
			code: (code || "").trim() || this.values.code,
		};
	}

	/** What is in a part's fields at this moment, also in one that is being typed into. */
	typed(part) {
		const values = {};
		for (const [name, field] of Object.entries(this.parts[part].fields_dict)) {
			if (!field.get_value) continue;
			const is_text = ["Data", "Small Text", "Int"].includes(field.df.fieldtype) && field.$input;
			values[name] = is_text ? field.$input.val() : field.get_value();
		}
		return values;
	}

	changed(fieldname) {
		if (fieldname === "action") {
			this.values = { ...this.read_before(), action: this.parts.what.get_value("action") };
			this.make_settings();
		}
		this.tell_when();
		this.preview.look_soon();
	}

	/** The step before its action changed: its texts stay when the new action has them too. */
	read_before() {
		const kept = this.typed("settings");
		return { ...this.values, ...Object.fromEntries(this.catalogue.own_settings.filter((name) => kept[name]).map((name) => [name, kept[name]])) };
	}

	tell_when() {
		this.dialog.$wrapper.find(".rbc-when-words").text(timing_words(read_when(this.typed("when"))));
	}

	// ---- what is wrong with it

	mark(problems) {
		const $all = this.dialog.$wrapper;
		const code = this.read().code;
		$all.find(".rbc-problem").empty();
		$all.find("[aria-invalid]").removeAttr("aria-invalid aria-describedby");
		const elsewhere = [];
		for (const problem of problems.filter((each) => each.step === code)) {
			const name = SHOWN_AT[problem.field] || problem.field;
			const $place = $all.find(`[data-problem-of="${CSS.escape(name)}"]`);
			if (!$place.length) elsewhere.push(problem.message);
			$place.each((_, place) => {
				place.id = place.id || frappe.utils.get_random(8);
				$(place).append(`<div>${escape(problem.message)}</div>`);
				$(place)
					.parent()
					.find("input, textarea, select:not(.rbc-insert)")
					.first()
					.attr({ "aria-invalid": "true", "aria-describedby": place.id });
			});
		}
		$all.find(".rbc-other-problems").html(elsewhere.map((text) => `<div>${escape(text)}</div>`).join(""));
	}

	keep() {
		const values = this.read();
		if (!values.code) values.code = new_code(values.title, this.editor.rows());
		this.dialog.hide();
		this.done(values);
	}
}
