// ERPNext's Quotation as an estimate: send it, copy its link, see where it stands and who signed it.

const ESTIMATE_COLOURS = { Approved: "green", Declined: "red", Expired: "orange" };

frappe.ui.form.on("Quotation", {
	refresh(frm) {
		if (frm.is_new() || !frm.perm[0]?.write) return;
		const state = frm.doc.runbook_estimate_state;
		show_estimate(frm, state);
		if (frm.doc.docstatus === 2 || ["Lost", "Ordered"].includes(frm.doc.status)) return;
		const open = ["Sent", "Viewed"].includes(state);
		if (open) {
			frm.add_custom_button(__("Copy link"), () => frappe.utils.copy_to_clipboard(frm.doc.runbook_estimate_link), __("Estimate"));
			frm.add_custom_button(__("Write a mail"), () => write_mail(frm), __("Estimate"));
		} else if (state !== "Approved") {
			frm.add_custom_button(__("Send estimate"), () => send_estimate(frm));
		}
	},
});

async function show_estimate(frm, state) {
	if (!state) return;
	const name = frm.doc.runbook_estimate_signature;
	const unsigned = state === "Draft" && name;
	const colour = unsigned ? "orange" : ESTIMATE_COLOURS[state] || "blue";
	const lines = [$("<b>").text(__("Estimate: {0}", [__(state)]))];
	if (unsigned) lines.push($("<div>").text(__("It was changed after it was signed: it needs a new signature. Send it again.")));
	if (name && frappe.model.can_read("Estimate Signature")) lines.push(...(await signature_lines(name)));
	if (frm.doc.runbook_estimate_signature !== name) return;
	frm.layout.show_message($("<div class='runbook-estimate'>").append(lines).prop("outerHTML"), colour, true);
}

async function signature_lines(name) {
	const { message: row } = await frappe.db.get_value("Estimate Signature", name, ["signed_name", "signed_at", "signature"]);
	if (!row?.signed_name) return [];
	const signed = $("<a>", { href: frappe.utils.get_form_link("Estimate Signature", name) });
	signed.text(__("Signed by {0}, {1}", [row.signed_name, frappe.datetime.str_to_user(row.signed_at)]));
	const found = [$("<div>").append(signed)];
	if (row.signature) {
		const drawn = $("<img>", { src: row.signature, alt: __("Signature of {0}", [row.signed_name]) });
		found.push(drawn.css({ maxWidth: "220px", background: "#fff", borderRadius: "6px", marginTop: "6px" }));
	}
	return found;
}

async function send_estimate(frm) {
	if (frm.is_dirty()) await frm.save();
	const sent = await frappe.xcall("runbook_ops.api.estimates.send", { quotation: frm.doc.name });
	await frm.reload_doc();
	if (sent.mailed) frappe.show_alert({ message: __("The estimate is on its way. Its chain sends the link and reminds the customer."), indicator: "green" });
	else write_mail(frm);
}

function write_mail(frm) {
	const link = frappe.utils.escape_html(frm.doc.runbook_estimate_link);
	new frappe.views.CommunicationComposer({
		doc: frm.doc,
		frm,
		recipients: frm.doc.contact_email,
		subject: __("Your estimate {0}", [frm.doc.name]),
		message: `<p>${__("Here is our estimate. You can choose, approve and sign it there:")}</p><p><a href="${link}">${link}</a></p>`,
	});
}
