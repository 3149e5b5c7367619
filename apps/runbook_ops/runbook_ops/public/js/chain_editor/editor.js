// The editor of a chain on its form: draws the timeline, carries out what is done to it, and keeps the problems marked.

import { action_icon, read_catalogue } from "./catalogue";
import { ConditionControl } from "./condition";
import { neighbour_place, new_code, codes_of, phases_of, place_step, values_of } from "./rows";
import { StepDialog } from "./step_dialog";
import { timeline_html } from "./timeline";
import { answer_facts, record_facts } from "./own_facts";
import { ask_start_time, has_start_time } from "./start_time";
import { start_html } from "./starting";
import { as_words, condition_words, escape, event_words, read_condition, timing_words } from "./words";

const options_of = (doctype, field) => frappe.meta.get_docfield(doctype, field).options.split("\n").filter(Boolean);

export class ChainEditor {
	constructor(frm, wrapper) {
		this.frm = frm;
		this.$wrapper = $(wrapper);
		this.problems = {};
		this.general = [];
		this.record_facts = [];
		this.check_soon = frappe.utils.debounce(() => this.check(), 400);
		this.$wrapper.off(".rbc");
		this.$wrapper.on("click.rbc", "[data-do]", (event) => this.pressed(event));
		this.$wrapper.on("keydown.rbc", ".rbc-open", (event) => this.typed(event));
	}

	async show() {
		this.catalogue = await read_catalogue();
		await this.read_record();
		this.label_choices();
		if (this.shown !== this.frm.docname) {
			this.shown = this.frm.docname;
			this.problems = {};
			this.general = [];
		}
		this.draw();
		this.check_soon();
	}

	rows() {
		return this.frm.doc.steps || [];
	}

	get read_only() {
		return !this.frm.perm[0]?.write;
	}

	get anchors() {
		return options_of("Trigger Chain Step", "anchor");
	}

	/** The catalogue with the facts that this chain has beside: fields of its record, answers to the questions of other steps. */
	facts_of(row) {
		const others = this.rows().filter((step) => step !== row);
		return this.catalogue.with_facts([...answer_facts(others, this.catalogue), ...this.record_facts]);
	}

	/** Read the fields of the record that the chain is about, and offer them as the field that is watched. */
	async read_record() {
		this.record_facts = await record_facts(this.frm.doc);
		const field = this.frm.fields_dict.trigger_field;
		if (field && field.set_data) {
			field.set_data(this.record_facts.map((fact) => ({ value: fact.name.replace("doc.", ""), label: fact.label })));
		}
	}

	/** Words in place of codes, in the form's choice of the event and in the table of steps. */
	label_choices() {
		const options = options_of("Trigger Chain", "trigger_event");
		this.frm.set_df_property("trigger_event", "options", options.map((value) => ({ value, label: event_words(value) })));
		const { grid } = this.frm.fields_dict.steps;
		const words = { action: (code) => this.catalogue.action(code)?.title, anchor: (code) => timing_words({ anchor: code }) };
		for (const [name, tell] of Object.entries(words)) {
			const codes = options_of("Trigger Chain Step", name);
			const label = (value) => tell(value) || as_words(value);
			grid.update_docfield_property(name, "options", codes.map((value) => ({ value, label: label(value) })));
			grid.update_docfield_property(name, "formatter", (value) => (value ? label(value) : ""));
		}
	}

	// ---- drawing

	draw(focus) {
		const phases = (this.phases = phases_of(this.rows()));
		const about = { catalogue: this.facts_of(), problems: this.problems, steps: this.rows(), read_only: this.read_only, doc: this.frm.doc };
		const head = this.read_only || !phases.length ? "" : `<div class="rbc-tools"><button type="button" class="btn btn-sm btn-default" data-do="add">+ ${__("Add a step")}</button>
			<span class="text-muted rbc-hint">${__("Drag a step, or press Alt and an arrow key on its name, to move it.")}</span></div>`;
		this.$wrapper.html(`<div class="rbc-editor">
			<div class="rbc-general" role="status"></div>${this.start_condition_html()}
			${phases.length ? timeline_html(phases, about) : start_html(this.frm, this.catalogue, this.read_only)}
			${head}<div class="sr-only rbc-says" aria-live="polite"></div></div>`);
		this.draw_general();
		this.make_draggable();
		if (focus) this.$wrapper.find(focus).first().trigger("focus");
	}

	/** When the chain starts at all, as a phrase, and a button to change it. */
	start_condition_html() {
		if (!this.frm.fields_dict.condition || !this.rows().length) return "";
		const time = has_start_time(this.frm.doc) && !this.read_only
			? `<button type="button" class="btn btn-xs btn-default" data-do="start_time">${__("Say when it starts")}</button>`
			: "";
		const condition = read_condition(this.frm.doc.condition);
		const text = condition === undefined ? this.frm.doc.condition : condition_words(condition, this.facts_of());
		const label = text ? __("Change") : __("Start only under a condition");
		const button = this.read_only ? "" : `${time}<button type="button" class="btn btn-xs btn-default" data-do="start_condition">${label}</button>`;
		if (!text) return button ? `<div class="rbc-start-condition">${button}</div>` : "";
		return `<div class="rbc-start-condition"><span class="rbc-if">${__("Only if")}</span> <span>${escape(text)}</span> ${button}</div>`;
	}

	edit_start_condition() {
		const dialog = new frappe.ui.Dialog({
			title: __("The chain starts only if"),
			fields: [{ fieldname: "condition", fieldtype: "HTML" }],
			primary_action_label: __("Done"),
			primary_action: async () => {
				dialog.hide();
				await this.frm.set_value("condition", control.get_value());
				this.changed("[data-do='start_condition']");
			},
		});
		const control = new ConditionControl(dialog.fields_dict.condition.$wrapper, {
			value: this.frm.doc.condition,
			catalogue: this.facts_of(),
			label: __("Start only if"),
		});
		dialog.show();
	}

	draw_general() {
		const count = Object.keys(this.problems).length;
		const lines = this.general.map((text) => `<li>${escape(text)}</li>`);
		const some = count
			? `<p>${count === 1 ? __("One step has a problem; it is marked below.") : __("{0} steps have problems; they are marked below.", [count])}</p>`
			: "";
		this.$wrapper.find(".rbc-general").html(some || lines.length ? `<div class="rbc-warning">${some}${lines.length ? `<ul>${lines.join("")}</ul>` : ""}</div>` : "");
	}

	make_draggable() {
		if (this.read_only || !window.Sortable) return;
		this.$wrapper.find(".rbc-cards").each((_, list) => {
			new Sortable(list, {
				group: "rbc-steps",
				handle: ".rbc-icon",
				draggable: ".rbc-card",
				animation: 120,
				onEnd: (event) => {
					const step = this.step(event.item.dataset.step);
					const moment = this.moments().find((each) => each.key === event.to.dataset.moment);
					this.place(step, { moment, position: event.newDraggableIndex });
				},
			});
		});
	}

	say(text) {
		this.$wrapper.find(".rbc-says").text(text);
	}

	// ---- what is pressed

	pressed(event) {
		event.preventDefault();
		const { do: what, step, moment, code } = event.currentTarget.dataset;
		const row = step && this.step(step);
		const doing = {
			add: () => this.add(),
			add_at: () => this.add(moment),
			add_action: () => this.edit_new({ action: code }),
			edit: () => this.edit(row),
			up: () => this.move(row, -1),
			down: () => this.move(row, 1),
			duplicate: () => this.duplicate(row),
			remove: () => this.remove(row),
			start_time: () => ask_start_time(this.frm, () => this.changed("[data-do='start_time']")),
			start_condition: () => this.edit_start_condition(),
			ready_made: () => this.start_from(code),
		}[what];
		if (doing) doing();
	}

	typed(event) {
		const direction = { ArrowUp: -1, ArrowDown: 1 }[event.key];
		const row = this.step(event.currentTarget.dataset.step);
		if (event.altKey && direction) {
			event.preventDefault();
			this.move(row, direction);
		} else if (direction) {
			event.preventDefault();
			const $all = this.$wrapper.find(".rbc-open");
			$all.eq($all.index(event.currentTarget) + direction).trigger("focus");
		} else if (event.key === "Delete" && !this.read_only) this.remove(row);
	}

	step(name) {
		return this.rows().find((row) => row.name === name);
	}

	moments() {
		return this.phases.flatMap(([, moments]) => moments);
	}

	// ---- changes

	/** After a change of the rows: the form knows, the table and the timeline show it, the check runs. */
	changed(focus) {
		this.frm.dirty();
		this.frm.refresh_field("steps");
		this.draw(focus);
		this.check_soon();
	}

	/** Ask what kind of step, then its details. */
	add(moment) {
		const timing = {};
		if (moment) {
			const [anchor, offset, at] = moment.split("|");
			Object.assign(timing, { anchor, offset_minutes: parseInt(offset, 10), at });
		}
		const dialog = new frappe.ui.Dialog({ title: __("What should happen?"), fields: [{ fieldname: "list", fieldtype: "HTML" }] });
		dialog.fields_dict.list.$wrapper.html(`<ul class="rbc-kinds">${this.catalogue.actions
			.map(
				(action) => `<li><button type="button" class="rbc-kind" data-code="${action.code}">${action_icon(action.code)}
					<span><b>${escape(action.title)}</b><small>${escape(action.description)}</small></span></button></li>`
			)
			.join("")}</ul>`);
		dialog.$wrapper.on("click", ".rbc-kind", (event) => {
			dialog.hide();
			this.edit_new({ ...timing, action: event.currentTarget.dataset.code });
		});
		dialog.show();
	}

	edit_new(values) {
		const defaults = Object.fromEntries(
			frappe.get_meta("Trigger Chain Step").fields.filter((df) => df.default).map((df) => [df.fieldname, df.default])
		);
		const action = this.catalogue.action(values.action);
		const row = { ...defaults, anchor: "run_start", offset_minutes: 0, ...(action && action.starts_with), title: action ? action.title : "", ...values };
		row.code = new_code(row.title, this.rows());
		new StepDialog(this, {
			row,
			is_new: true,
			done: (kept) => {
				if (kept.code === row.code) kept.code = new_code(kept.title, this.rows());
				const added = this.frm.add_child("steps", kept);
				this.changed(`[data-do="edit"][data-step="${added.name}"]`);
				this.say(__("Added: {0}", [kept.title]));
			},
		});
	}

	edit(row) {
		if (this.read_only) return;
		const code = row.code;
		new StepDialog(this, {
			row,
			done: (kept) => {
				Object.assign(row, kept);
				if (row.code !== code) this.rename_waits(code, row.code);
				this.changed(`[data-do="edit"][data-step="${row.name}"]`);
			},
		});
	}

	rename_waits(before, after) {
		for (const row of this.rows()) {
			row.after = codes_of(row.after)
				.map((code) => (code === before ? after : code))
				.filter(Boolean)
				.join(", ");
		}
	}

	duplicate(row) {
		const values = values_of(row);
		values.title = __("{0} (copy)", [row.title || row.code]);
		values.code = new_code(values.title, this.rows());
		const added = this.frm.add_child("steps", values);
		const moment = this.moments().find((each) => each.steps.includes(row));
		moment.steps.push(added);
		this.frm.doc.steps = place_step(added, moment, moment.steps.indexOf(row) + 1, this.rows());
		this.changed(`[data-do="edit"][data-step="${added.name}"]`);
		this.say(__("Copied: {0}", [values.title]));
	}

	remove(row) {
		const waiting = this.rows().filter((other) => codes_of(other.after).includes(row.code));
		const text = __("Delete {0}?", [escape(row.title || row.code).bold()]);
		const more = waiting.length ? ` ${__("These steps no longer wait for it: {0}.", [escape(waiting.map((each) => each.title).join(", "))])}` : "";
		frappe.confirm(text + more, () => {
			this.rename_waits(row.code, "");
			frappe.model.clear_doc(row.doctype, row.name);
			this.changed(".rbc-open");
			this.say(__("Deleted: {0}", [row.title]));
		});
	}

	move(row, direction) {
		if (this.read_only) return;
		const place = neighbour_place(row, direction, this.phases);
		if (place) this.place(row, place);
	}

	place(row, { moment, position }) {
		const before = timing_words(row);
		this.frm.doc.steps = place_step(row, moment, position, this.rows());
		this.changed(`[data-do="edit"][data-step="${row.name}"]`);
		const now = timing_words(row);
		this.say(before === now ? __("{0} is now number {1} of its moment", [row.title, position + 1]) : __("{0} now happens: {1}", [row.title, now]));
		if (before !== now) frappe.show_alert({ message: __("{0} now happens: {1}", [escape(row.title), now]), indicator: "blue" });
	}

	async start_from(code) {
		const values = await frappe.xcall("runbook_ops.api.chain_drafts.ready_made", { code });
		const { steps, code: own, ...head } = values;
		if (this.frm.is_new() && !this.frm.doc.code) {
			const taken = await frappe.db.exists("Trigger Chain", own);
			this.frm.set_value("code", taken ? `${own}_2` : own);
		}
		await this.frm.set_value(Object.fromEntries(Object.entries(head).filter(([name, value]) => value && (name !== "title" || !this.frm.doc.title))));
		for (const step of steps) this.frm.add_child("steps", step);
		this.changed(".rbc-open");
	}

	// ---- asking the server

	async check() {
		if (this.read_only || !this.rows().length || !this.$wrapper.is(":visible")) return;
		const found = await frappe.xcall("runbook_ops.api.chain_drafts.check", { chain: this.draft() });
		this.problems = {};
		this.general = [];
		for (const { step, message } of found) {
			if (step) this.problems[step] = [...(this.problems[step] || []), message];
			else this.general.push(message);
		}
		this.mark();
	}

	/** Show the problems without drawing anew what may have the focus. */
	mark() {
		this.draw_general();
		this.$wrapper.find(".rbc-card").each((_, card) => {
			const wrong = this.problems[card.dataset.code] || [];
			$(card).toggleClass("rbc-wrong", wrong.length > 0).find(".rbc-problems").remove();
			if (wrong.length) $(card).append(`<ul class="rbc-problems">${wrong.map((text) => `<li>${escape(text)}</li>`).join("")}</ul>`);
		});
	}

	/** The form's chain as plain values; with `step`, as if the row `row` had these values or were added with them. */
	draft(step, row) {
		const { steps = [], ...head } = this.frm.doc;
		const rows = steps.map((each) => (each === row ? { ...values_of(each), ...step } : values_of(each)));
		if (step && !steps.includes(row)) rows.push(step);
		return { ...Object.fromEntries(Object.entries(head).filter(([name]) => !name.startsWith("__"))), code: head.code || "draft", title: head.title || __("Draft"), steps: rows };
	}

	preview(step, row, record) {
		const position = this.rows().indexOf(row);
		return frappe.xcall("runbook_ops.api.chain_drafts.preview", {
			chain: this.draft(step, row),
			number: position < 0 ? this.rows().length : position,
			record,
		});
	}
}
