// Publish a chain, with what it changes told before; switch it on and off.

import { rehearse } from "./rehearse";
import { as_words, escape } from "./words";

/** The number in a version's name, such as service_visit-v3-a1b2c3. */
export const number_of = (version) => ((version || "").match(/-v(\d+)(-[0-9a-f]+)?$/) || [])[1];

export async function publish(frm) {
	const changes = await frappe.runbook.attempt(async () => {
		if (frm.is_dirty()) await frm.save();
		return { list: await frappe.xcall("runbook_ops.api.chain_drafts.changes", { chain: frm.doc.name }) };
	});
	if (!changes) return;
	if (!changes.list || !changes.list.length) {
		await publish_now(frm);
		return;
	}
	const dialog = new frappe.ui.Dialog({
		title: __("Publish {0}", [frm.doc.title]),
		fields: [{ fieldname: "changes", fieldtype: "HTML" }],
		primary_action_label: __("Publish"),
		primary_action: async () => {
			dialog.hide();
			await publish_now(frm);
		},
		secondary_action_label: __("What would be different"),
		secondary_action: () => rehearse(frm, "compare"),
	});
	dialog.fields_dict.changes.$wrapper.html(`<p>${__("What is new against version {0}, which runs now:", [number_of(frm.doc.current_version)])}</p>
		<ul class="rbc-changes">${changes.list.map(change_html).join("")}</ul>
		<p class="text-muted">${__("Runs that have started stay with their version. New ones take this one.")}</p>`);
	dialog.show();
}

async function publish_now(frm) {
	const version = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.chains.publish", { chain: frm.doc.name }));
	if (!version) return;
	frappe.show_alert({ message: __("Version {0} runs now", [number_of(version)]), indicator: "green" });
	await frm.reload_doc();
}

const KINDS = () => ({
	added: [__("new"), "green"],
	removed: [__("gone"), "red"],
	changed: [__("changed"), "blue"],
	moved: [__("another place"), "gray"],
});

function change_html({ title, kind, fields }) {
	const [label, colour] = KINDS()[kind] || [kind, "gray"];
	const names = fields.map(field_words).filter((name, index, all) => all.indexOf(name) === index);
	const what = names.length ? `<small class="text-muted">${escape(names.join(", "))}</small>` : "";
	return `<li><span class="indicator-pill no-indicator-dot ${colour}">${label}</span> <b>${escape(title)}</b> ${what}</li>`;
}

const field_words = (name) =>
	({
		anchor: __("time"),
		offset_minutes: __("time"),
		at: __("time"),
		useful_minutes: __("how long it is of use"),
		after: __("what it waits for"),
		condition: __("condition"),
		exception_role: __("who is asked"),
		exception_due_minutes: __("who is asked"),
		priority: __("order"),
		on_reschedule: __("what a move means"),
		body: __("text"),
		subject: __("subject"),
		to: __("to whom"),
	}[name] || __(as_words(name)).toLowerCase());

/** Switch a chain on or off. Runs that have started go on. */
export function switch_chain(frm) {
	const off = Boolean(frm.doc.enabled);
	const text = off
		? __("Switch {0} off? No new run starts. Runs that have started go on to their end.", [escape(frm.doc.title).bold()])
		: __("Switch {0} on? From now on it starts: {1}.", [escape(frm.doc.title).bold(), escape(__(as_words(frm.doc.trigger_event)).toLowerCase())]);
	frappe.confirm(text, async () => {
		await frappe.runbook.attempt(async () => {
			await frm.set_value("enabled", off ? 0 : 1);
			await frm.save();
		});
	});
}
