// What a step would do for a real record: when, whether, to whom, and the text that it would send.

import { escape } from "./words";

export class Preview {
	/** `ask(record)` gives what the server says of the step as it stands; `on_problems` gets what is wrong with it. */
	constructor(wrapper, { ask, on_problems }) {
		this.ask = ask;
		this.on_problems = on_problems;
		this.$wrapper = $(wrapper).html(`<section class="rbc-preview" aria-label="${__("Preview")}">
			<h4>${__("Preview")}</h4>
			<div class="rbc-preview-record"></div>
			<div class="rbc-preview-body" aria-live="polite"></div>
		</section>`);
		this.$body = this.$wrapper.find(".rbc-preview-body");
		this.record = null;
		this.turn = 0;
		this.look_soon = frappe.utils.debounce(() => this.look(), 350);
	}

	async look() {
		const turn = ++this.turn;
		const seen = await this.ask(this.record);
		if (turn !== this.turn || !seen) return;
		if (seen.doctype && seen.doctype !== this.doctype) this.make_picker(seen.doctype);
		if (!this.record && seen.record) {
			this.record = seen.record;
			this.picker.set_value(seen.record);
		}
		this.on_problems(seen.problems);
		this.draw(seen);
	}

	make_picker(doctype) {
		this.doctype = doctype;
		const $place = this.$wrapper.find(".rbc-preview-record").empty();
		this.picker = frappe.ui.form.make_control({
			parent: $place,
			df: {
				fieldtype: "Link",
				fieldname: "record",
				options: doctype,
				label: __("With the data of this {0}", [__(doctype)]),
				change: () => {
					const value = this.picker.get_value();
					if (!value || value === this.record) return;
					this.record = value;
					this.look();
				},
			},
			render_input: true,
		});
		this.picker.$input.attr("aria-label", __("Preview with"));
	}

	draw({ outcome, record, doctype }) {
		if (!record) {
			const why = doctype
				? __("There is no {0} yet to show it with.", [__(doctype)])
				: __("A chain that starts in this way is about no record, so there is none to show it with.");
			this.$body.html(`<p class="text-muted">${why}</p>`);
			return;
		}
		if (!outcome) {
			this.$body.html(`<p class="text-muted">${__("Mend what is marked, and it shows here what would happen.")}</p>`);
			return;
		}
		const about = `<p class="rbc-preview-about text-muted">${escape(outcome.about)}</p>`;
		this.$body.html(`${about}${verdict_html(outcome)}${message_html(outcome)}${uses_html(outcome)}`);
	}
}

function verdict_html(outcome) {
	const [label, colour] = {
		act: [__("It would be done"), "green"],
		skip: [__("It would be left out"), "gray"],
		ask: [__("A person would be asked"), "orange"],
		postpone: [__("It would wait"), "blue"],
	}[outcome.outcome];
	const when = outcome.due_at ? `<span class="rbc-preview-when">${frappe.runbook.when(outcome.due_at)}</span>` : "";
	const reason = outcome.reason ? `<p class="rbc-preview-reason">${escape(outcome.reason)}</p>` : "";
	return `<p class="rbc-verdict"><span class="indicator-pill ${colour}">${label}</span> ${when}</p>${reason}`;
}

function message_html({ texts, missing, recipient }) {
	const names = Object.keys({ ...texts, ...missing });
	if (!names.length) return "";
	const to = recipient ? `<p class="text-muted small">${__("To {0}", [escape(recipient)])}</p>` : "";
	const parts = names.map((name) => {
		if (missing[name]) {
			return `<p class="rbc-missing">${__("It needs {0}, which is not known here. A person would be asked.", [
				escape(missing[name]),
			])}</p>`;
		}
		return texts[name] ? `<div class="rbc-letter-${name === "subject" ? "subject" : "body"}">${escape(texts[name])}</div>` : "";
	});
	return `<div class="rbc-letter">${to}${parts.join("")}</div>`;
}

function uses_html({ uses }) {
	const rows = Object.entries(uses || {});
	if (!rows.length) return "";
	return `<dl class="rbc-uses">${rows
		.map(([name, value]) => `<dt>${escape(__(name))}</dt><dd>${escape(value)}</dd>`)
		.join("")}</dl>`;
}
