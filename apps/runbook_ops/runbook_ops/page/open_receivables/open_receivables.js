frappe.pages["open-receivables"].on_page_load = async function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Receivables"), single_column: true });
	await frappe.require(["receivables.bundle.css", "receivables.bundle.js"]);
	wrapper.receivables = new frappe.runbook.Receivables(page);
	wrapper.receivables.show();
};

frappe.pages["open-receivables"].on_page_show = function (wrapper) {
	if (wrapper.receivables) wrapper.receivables.show();
};
