frappe.pages["chain-health"].on_page_load = async function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Chain Health"), single_column: true });
	await frappe.require(["chain_health.bundle.css", "chain_health.bundle.js"]);
	wrapper.health = new frappe.runbook.ChainHealth(page);
	wrapper.health.show();
};

frappe.pages["chain-health"].on_page_show = function (wrapper) {
	if (wrapper.health) wrapper.health.show();
};

frappe.pages["chain-health"].on_page_hide = function (wrapper) {
	if (wrapper.health) wrapper.health.hide();
};
