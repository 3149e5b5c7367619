frappe.listview_settings["Trigger Chain"] = {
	add_fields: ["enabled", "current_version"],
	get_indicator(doc) {
		if (!doc.enabled) return [__("Switched off"), "gray", "enabled,=,0"];
		if (!doc.current_version) return [__("Not published"), "orange", "current_version,is,not set"];
		return [__("Running"), "green", "enabled,=,1"];
	},
	onload(listview) {
		if (!frappe.model.can_create("Trigger Chain")) return;
		listview.page.add_inner_button(__("Import from YAML"), async () => {
			await frappe.require(["chain_editor.bundle.css", "chain_editor.bundle.js"]);
			frappe.runbook.import_chain();
		});
	},
};
