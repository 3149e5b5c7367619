// Calendar feeds: their addresses for those who may hand them out. Shared by the forms of resources and of the settings.

frappe.provide("frappe.runbook");

/** Buttons to copy and to renew a feed's address; without a resource, that of everybody's feed. */
frappe.runbook.add_feed_buttons = function (frm, resource) {
	const group = __("Calendar feed");
	frm.add_custom_button(
		__("Copy feed address"),
		() => show_address("runbook_ops.api.feeds.address", resource, __("Calendar feed")),
		group
	);
	frm.add_custom_button(
		__("Renew"),
		() =>
			frappe.confirm(
				__("The present address stops working at once, wherever it is used. Make a new one?"),
				() => show_address("runbook_ops.api.feeds.renew", resource, __("New address"))
			),
		group
	);
};

async function show_address(method, resource, title) {
	const address = await frappe.runbook.attempt(() => frappe.xcall(method, { resource }));
	if (!address) return;
	frappe.utils.copy_to_clipboard(address);
	frappe.msgprint({
		title,
		message: [
			`<p><code class="rb-feed-address">${frappe.utils.escape_html(address)}</code></p>`,
			`<p>${__("Add it as a subscribed calendar. Whoever knows it can read the calendar.")}</p>`,
		].join(""),
	});
}
