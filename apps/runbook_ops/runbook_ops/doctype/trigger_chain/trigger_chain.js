const EDITOR = ["chain_editor.bundle.css", "chain_editor.bundle.js"];

frappe.ui.form.on("Trigger Chain", {
	/** What is typed into the table of steps shows in the timeline at once. */
	setup() {
		for (const df of frappe.get_meta("Trigger Chain Step").fields) {
			frappe.ui.form.on("Trigger Chain Step", df.fieldname, edit_steps);
		}
	},

	async refresh(frm) {
		await frappe.require(EDITOR);
		frm.toggle_display("condition", false);
		edit_steps(frm);
		frm.page.set_indicator(...state_of(frm.doc));
		if (frm.is_new()) return;
		add_buttons(frm);
		const version = ((frm.doc.current_version || "").match(/-v(\d+)(-[0-9a-f]+)?$/) || [])[1];
		frm.set_intro(
			version
				? __("Version {0} is what runs. Changes take effect when you publish them.", [version])
				: __("Nothing runs yet: the chain has not been published."),
			version ? "blue" : "orange"
		);
	},

	/** A chain is known by its title; its code is made from it once. */
	title(frm) {
		if (!frm.is_new()) return;
		const code = (frm.doc.title || "").toLowerCase().normalize("NFKD").replace(/[^a-z0-9]+/g, "_");
		frm.set_value("code", code.replace(/^_+|_+$/g, "").slice(0, 60));
	},

	after_save: edit_steps,
	trigger_event: edit_steps,
	trigger_doctype: edit_steps,
	trigger_values: edit_steps,
});

frappe.ui.form.on("Trigger Chain Step", {
	steps_add: edit_steps,
	steps_remove: edit_steps,
	steps_move: edit_steps,
});

function edit_steps(frm) {
	if (!frappe.runbook.ChainEditor) return;
	frm.chain_editor = frm.chain_editor || new frappe.runbook.ChainEditor(frm, frm.fields_dict.overview.$wrapper);
	frm.chain_editor.show();
}

function state_of(doc) {
	if (doc.__islocal) return [__("Not saved"), "orange"];
	if (!doc.enabled) return [__("Switched off"), "gray"];
	return doc.current_version ? [__("Running"), "green"] : [__("Not published"), "orange"];
}

function add_buttons(frm) {
	const { runbook } = frappe;
	if (frm.perm[0]?.write) {
		frm.add_custom_button(__("Publish"), () => runbook.publish_chain(frm));
		frm.change_custom_button_type(__("Publish"), null, "primary");
		frm.add_custom_button(__("Rehearse"), () => runbook.rehearse_chain(frm, "rehearse"));
		frm.add_custom_button(__("What would be different"), () => runbook.rehearse_chain(frm, "compare"));
		frm.page.add_menu_item(frm.doc.enabled ? __("Switch off") : __("Switch on"), () => runbook.switch_chain(frm));
		frm.page.add_menu_item(__("Import from YAML"), () => runbook.import_chain());
	}
	frm.page.add_menu_item(__("Export as YAML"), () => runbook.export_chain(frm));
	frm.add_custom_button(__("Runs"), () => frappe.set_route("List", "Chain Run", { chain: frm.doc.name }));
}
