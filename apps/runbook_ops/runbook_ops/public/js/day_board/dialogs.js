// The board's dialogs: a new booking, blocked time, another slot, another person.

import { DOERS } from "./model";
import { site_text } from "./time";

export class Dialogs {
	constructor(board) {
		this.board = board;
	}

	may_write() {
		return frappe.model.can_write("Service Booking");
	}

	/** A booking for this time and person, made at once or carried on in its form. */
	new_booking({ start, resource }) {
		if (!frappe.model.can_create("Service Booking")) return;
		const column = this.board.day && this.board.day.columns.find((one) => one.name === resource);
		const dialog = new frappe.ui.Dialog({
			title: __("New booking"),
			fields: [
				{ fieldname: "customer", fieldtype: "Link", options: "Customer", label: __("Customer"), reqd: 1 },
				{ fieldname: "service", fieldtype: "Link", options: "Bookable Service", label: __("Service"), reqd: 1, get_query: () => ({ filters: { active: 1 } }) },
				{ fieldtype: "Column Break" },
				{ fieldname: "starts_at", fieldtype: "Datetime", label: __("Starts At"), reqd: 1, default: this.first_time(start) },
				{
					fieldname: "resource",
					fieldtype: "Link",
					options: "Service Resource",
					label: column && !DOERS.includes(column.kind) ? __("Where") : __("With"),
					default: resource,
					placeholder: __("Anyone who fits"),
					get_query: () => ({ filters: { active: 1 } }),
				},
				{ fieldtype: "Section Break", hide_border: 1 },
				{ fieldname: "confirm", fieldtype: "Check", label: __("Confirm it now"), default: 1 },
				{ fieldname: "refusal", fieldtype: "HTML" },
			],
			primary_action_label: __("Book"),
			primary_action: (values) => this.book(dialog, values),
			secondary_action_label: __("More..."),
			secondary_action: () => open_form(dialog),
		});
		dialog.show();
	}

	first_time(start) {
		if (start !== undefined) return site_text(start);
		const { day } = this.board;
		const soon = Math.ceil(Date.now() / 60000 / 15) * 15;
		return day ? site_text(Math.min(Math.max(day.hours.start, soon), Math.max(soon, day.hours.end))) : undefined;
	}

	async book(dialog, values) {
		dialog.disable_primary_action();
		const refusal = await this.board.ask("runbook_ops.api.board.book", {
			customer: values.customer,
			service: values.service,
			starts_at: values.starts_at,
			resource: values.resource || null,
			confirm: values.confirm ? 1 : 0,
		});
		dialog.enable_primary_action();
		if (refusal) {
			this.show_refusal(dialog, refusal);
			return;
		}
		dialog.hide();
		frappe.show_alert({ message: values.confirm ? __("Booked and confirmed") : __("Booked"), indicator: "green" });
		this.board.load();
	}

	show_refusal(dialog, refusal) {
		const [lead] = refusal.text.split(__("Next open"));
		const box = dialog.fields_dict.refusal.$wrapper;
		const offers = refusal.next_open.map(
			(slot, number) => `<button class="btn btn-default btn-sm" data-offer="${number}">${frappe.runbook.when(slot.starts_at)}, ${frappe.utils.escape_html(slot.resources.join(", "))}</button>`
		);
		box.html(`<div class="rb-dialog-refusal" role="alert"><p>${frappe.utils.escape_html(lead)}</p>${offers.join("")}</div>`);
		box.find("[data-offer]").on("click", async (event) => {
			const slot = refusal.next_open[Number(event.currentTarget.dataset.offer)];
			await dialog.set_values({ starts_at: slot.starts_at, resource: slot.resources[0] });
			box.empty();
		});
	}

	block({ resource, span }) {
		if (!frappe.model.can_create("Resource Time Off")) return;
		const dialog = new frappe.ui.Dialog({
			title: __("Block time"),
			fields: [
				{ fieldname: "resource", fieldtype: "Link", options: "Service Resource", label: __("Whose"), reqd: 1, default: resource, get_query: () => ({ filters: { active: 1 } }) },
				{ fieldname: "reason", fieldtype: "Data", label: __("Reason") },
				{ fieldtype: "Column Break" },
				{ fieldname: "starts_at", fieldtype: "Datetime", label: __("From"), reqd: 1, default: span ? site_text(span[0]) : this.first_time() },
				{ fieldname: "ends_at", fieldtype: "Datetime", label: __("To"), reqd: 1, default: span && site_text(span[1]) },
				{ fieldtype: "Section Break", hide_border: 1 },
				{ fieldname: "refusal", fieldtype: "HTML" },
			],
			primary_action_label: __("Block"),
			primary_action: async (values) => {
				const refusal = await this.board.ask("runbook_ops.api.board.block", { ...values, reason: values.reason || null });
				if (refusal) {
					this.show_refusal(dialog, refusal);
					return;
				}
				dialog.hide();
				this.board.load();
			},
		});
		dialog.show();
	}

	async unblock(one) {
		const done = await frappe.runbook.attempt(() => frappe.xcall("frappe.client.delete", { doctype: "Resource Time Off", name: one.name }));
		if (done === null) return;
		this.board.load();
		frappe.show_alert({ message: __("{0} is open again", [one.on]), indicator: "green" });
	}

	async confirm(booking) {
		const done = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.bookings.confirm", { booking: booking.name }));
		if (done) this.board.load();
	}

	pick_slot(booking) {
		const doer = booking.doer || undefined;
		frappe.runbook.pick_slot({
			title: __("Move {0}", [booking.customer]),
			action: __("Move the booking"),
			service: booking.service,
			territory: booking.territory,
			resource: doer,
			from: site_text(booking.span[0]),
			booking: booking.name,
			on_pick: async (slot) => {
				const args = { booking: booking.name, starts_at: slot.starts_at, resources: slot.resources };
				const told = await frappe.runbook.attempt(() => frappe.xcall("runbook_ops.api.bookings.reschedule", args));
				if (told) this.board.go(frappe.runbook.to_moment(told.starts_at.replace("T", " ")).locale("en").format("YYYY-MM-DD"));
				return Boolean(told);
			},
		});
	}

	async assign(booking) {
		await frappe.require("assign.bundle.js");
		frappe.runbook.assign({ booking: booking.name, title: __("Who does {0}?", [booking.customer]), on_done: () => this.board.load() });
	}
}

function open_form(dialog) {
	const values = dialog.get_values(true) || {};
	dialog.hide();
	frappe.model.with_doctype("Service Booking", () => {
		const doc = frappe.model.get_new_doc("Service Booking");
		for (const field of ["customer", "service", "starts_at"]) if (values[field]) doc[field] = values[field];
		if (values.resource) frappe.model.add_child(doc, "Service Booking Resource", "resources").resource = values.resource;
		frappe.set_route("Form", "Service Booking", doc.name);
	});
}

