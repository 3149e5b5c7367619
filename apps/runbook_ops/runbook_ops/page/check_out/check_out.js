frappe.pages["check-out"].on_page_load = async function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Check Out"), single_column: true });
	await frappe.require(["checkout.bundle.css", "checkout.bundle.js"]);
	wrapper.till = new frappe.runbook.Till(page);
	wrapper.till.show();
};

frappe.pages["check-out"].on_page_show = function (wrapper) {
	if (wrapper.till) wrapper.till.show();
};
