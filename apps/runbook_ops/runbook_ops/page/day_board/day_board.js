frappe.pages["day-board"].on_page_load = async function (wrapper) {
	const page = frappe.ui.make_app_page({ parent: wrapper, title: __("Day Board"), single_column: true });
	await frappe.require(["day_board.bundle.css", "day_board.bundle.js"]);
	wrapper.board = new frappe.runbook.DayBoard(page);
	wrapper.board.show();
};

frappe.pages["day-board"].on_page_show = function (wrapper) {
	if (wrapper.board) wrapper.board.show();
};

frappe.pages["day-board"].on_page_hide = function (wrapper) {
	if (wrapper.board) wrapper.board.hide();
};
