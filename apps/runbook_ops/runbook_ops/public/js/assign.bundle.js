// A dialog that says who could take a booking, and why; one press gives it to them.

frappe.provide("frappe.runbook");

const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

/** `booking`, `title`, `on_done`: called once it was given to somebody. */
frappe.runbook.assign = async function ({ booking, title, on_done }) {
	const found = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.board.candidates", { booking }));
	if (!found) return;
	const dialog = new frappe.ui.Dialog({
		title: title || __("Who does it?"),
		fields: [{ fieldname: "people", fieldtype: "HTML" }],
	});
	const $people = dialog.fields_dict.people.$wrapper;
	$people.html(
		found.length
			? `<ol class="rb-candidates">${found.map(candidate_html).join("")}</ol>`
			: `<p>${__("There is nobody of the kind that this service needs. Add a person or crew first.")}</p>`
	);
	$people.on("click", "[data-give]", async (event) => {
		const resource = event.currentTarget.dataset.give;
		const told = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.board.assign", { booking, resource }));
		if (!told) return;
		dialog.hide();
		frappe.show_alert({ message: __("Assigned to {0}", [escape(resource)]), indicator: "green" });
		if (on_done) on_done(told);
	});
	dialog.show();
};

function candidate_html({ resource, fits, able, current, reasons }) {
	const why = reasons.map(({ text, good }) => `<span class="${good ? "" : "rb-against"}">${escape(text)}</span>`);
	return `<li class="rb-candidate"><div><b>${escape(resource)}</b><div class="rb-why">${why.join("")}</div></div>
		${current ? `<span class="rb-current">${__("Has it now")}</span>` : able ? give_html(resource, fits) : ""}</li>`;
}

const give_html = (resource, fits) =>
	`<button class="btn btn-sm ${fits ? "btn-primary" : "btn-default"}" data-give="${escape(resource)}"
		aria-label="${escape(__("Assign to {0}", [resource]))}">${__("Assign")}</button>`;
