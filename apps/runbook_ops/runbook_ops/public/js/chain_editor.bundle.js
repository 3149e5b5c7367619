// The chain editor: a chain's steps as a timeline to read and change, with its problems, previews, rehearsals and YAML.

import { ChainEditor } from "./chain_editor/editor";
import { publish, switch_chain } from "./chain_editor/publish";
import { rehearse } from "./chain_editor/rehearse";
import { export_chain, import_chain } from "./chain_editor/transfer";

frappe.provide("frappe.runbook");
Object.assign(frappe.runbook, {
	ChainEditor,
	publish_chain: publish,
	switch_chain,
	rehearse_chain: rehearse,
	export_chain,
	import_chain,
});
