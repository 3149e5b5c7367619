// Chains in and out as YAML: a file to keep or hand on, and a dialog that names everything wrong before anything is saved.

import { escape, event_words } from "./words";

/** Hand the saved steps out as a file. */
export async function export_chain(frm) {
	if (frm.is_dirty()) await frm.save();
	const text = await frappe.xcall("runbook_ops.api.chain_drafts.export", { chain: frm.doc.name });
	const link = document.createElement("a");
	link.href = URL.createObjectURL(new Blob([text], { type: "application/yaml" }));
	link.download = `${frm.doc.name}.yaml`;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

/** Bring a chain in from a file or from text. */
export function import_chain() {
	const dialog = new frappe.ui.Dialog({
		title: __("Import a chain"),
		size: "large",
		fields: [
			{ fieldname: "file", fieldtype: "HTML" },
			{ fieldname: "text", fieldtype: "Small Text", label: __("or paste its YAML here") },
			{ fieldname: "found", fieldtype: "HTML" },
			{ fieldname: "replace", fieldtype: "Check", label: __("Replace its steps"), hidden: 1 },
		],
		primary_action_label: __("Import"),
		primary_action: () => bring_in(dialog),
	});
	dialog.$wrapper.addClass("rbc-import");
	dialog.fields_dict.file.$wrapper.html(`<div class="form-group"><label class="control-label" for="rbc-file">${__("A file")}</label>
		<input type="file" id="rbc-file" accept=".yaml,.yml,.txt" class="form-control"></div>`);
	dialog.fields_dict.file.$wrapper.find("input").on("change", async (event) => {
		const [file] = event.target.files;
		if (!file) return;
		await dialog.set_value("text", await file.text());
		look(dialog);
	});
	dialog.fields_dict.text.$input.on("input", frappe.utils.debounce(() => look(dialog), 400));
	dialog.disable_primary_action();
	dialog.show();
}

const text_of = (dialog) => dialog.fields_dict.text.$input.val();

async function look(dialog) {
	const text = text_of(dialog);
	const $found = dialog.fields_dict.found.$wrapper;
	dialog.disable_primary_action();
	if (!text.trim()) {
		$found.empty();
		return;
	}
	const found = await frappe.xcall("runbook_ops.api.chain_drafts.read", { text });
	if (text !== text_of(dialog)) return;
	dialog.set_df_property("replace", "hidden", found.replaces === null ? 1 : 0);
	if (found.problems.length) {
		$found.html(`<div class="rbc-warning" role="alert"><p>${__("It can't be imported yet. Nothing has been saved.")}</p>
			<ul>${found.problems.map((problem) => `<li>${escape(problem)}</li>`).join("")}</ul></div>`);
		return;
	}
	const known =
		found.replaces === null
			? __("A new chain. It runs once you publish it.")
			: __("There is already a chain with this code: {0}. Its steps are replaced; what runs stays until you publish.", [
					escape(found.replaces).bold(),
			  ]);
	$found.html(`<div class="rbc-found" role="status"><p><b>${escape(found.title)}</b> <span class="text-muted">${escape(event_words(found.trigger))}</span></p>
		<ol>${found.steps.map((step) => `<li>${escape(step)}</li>`).join("")}</ol><p>${known}</p></div>`);
	dialog.enable_primary_action();
}

async function bring_in(dialog) {
	const name = await frappe.runbook.attempt(() =>
		frappe.xcall("runbook_ops.api.chain_drafts.bring_in", {
			text: text_of(dialog),
			replace: dialog.get_value("replace") ? 1 : 0,
		})
	);
	if (!name) return;
	dialog.hide();
	frappe.model.clear_doc("Trigger Chain", name);
	frappe.set_route("Form", "Trigger Chain", name);
}
