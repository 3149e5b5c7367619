// Rehearse a chain in the desk: on the last days' bookings, on one of them, or on one that is made up; nothing is sent or saved.

const METHODS = {
	rehearse: "runbook_ops.api.rehearsals.rehearse",
	compare: "runbook_ops.api.rehearsals.compare",
};

/** Ask for the bookings to rehearse with, and show the page that comes of it; nothing is sent, nothing is saved. */
export function rehearse(frm, what) {
	const title = what === "compare" ? __("What would be different") : __("Rehearse");
	const made_up = { depends_on: "eval:doc.story === 'made_up'" };
	const dialog = new frappe.ui.Dialog({
		title,
		fields: [
			{
				fieldname: "story",
				fieldtype: "Select",
				label: __("With"),
				options: [
					{ value: "last_days", label: __("The bookings of the last days") },
					{ value: "booking", label: __("One booking that I choose") },
					{ value: "made_up", label: __("One that I make up") },
				],
				default: "last_days",
			},
			{
				fieldname: "days",
				fieldtype: "Int",
				label: __("Days"),
				default: 7,
				depends_on: "eval:doc.story === 'last_days'",
			},
			{
				fieldname: "booking",
				fieldtype: "Link",
				options: "Service Booking",
				label: __("Booking"),
				depends_on: "eval:doc.story === 'booking'",
				mandatory_depends_on: "eval:doc.story === 'booking'",
			},
			{ fieldname: "service", fieldtype: "Link", options: "Bookable Service", label: __("Service"), ...made_up },
			{
				fieldname: "starts_at",
				fieldtype: "Datetime",
				label: __("Starts At"),
				default: frappe.datetime.add_days(frappe.datetime.now_datetime(), 7),
				...made_up,
			},
			{ fieldname: "customer", fieldtype: "Data", label: __("Customer"), default: __("Alex Example"), ...made_up },
			{ fieldname: "column", fieldtype: "Column Break" },
			{
				fieldname: "email",
				fieldtype: "Data",
				options: "Email",
				label: __("E-mail"),
				default: "alex@customer.example",
				...made_up,
			},
			{ fieldname: "resource", fieldtype: "Link", options: "Service Resource", label: __("With whom"), ...made_up },
			{ fieldname: "address", fieldtype: "Data", label: __("Address"), ...made_up },
			{
				fieldname: "afterwards",
				fieldtype: "Select",
				label: __("What happens to it"),
				options: [
					{ value: "", label: __("It takes place") },
					{ value: "moved", label: __("It is moved by a week") },
					{ value: "cancelled", label: __("It is cancelled") },
					{ value: "no_show", label: __("The customer does not come") },
				],
				...made_up,
			},
		],
		primary_action_label: title,
		primary_action: async (values) => {
			const { story, days, booking, column, ...staged } = values;
			dialog.disable_primary_action();
			const page = await frappe.runbook.attempt(async () => {
				if (frm.is_dirty()) await frm.save();
				return await frappe.xcall(METHODS[what], {
					chain: frm.doc.name,
					days,
					booking: story === "booking" ? booking : null,
					staged: story === "made_up" ? staged : null,
				});
			});
			dialog.enable_primary_action();
			if (!page) return;
			dialog.hide();
			show_page(`${title}: ${frm.doc.title}`, page);
		},
	});
	dialog.show();
}

function show_page(title, page) {
	const dialog = new frappe.ui.Dialog({ title, size: "extra-large", on_hide: () => dialog.$wrapper.remove() });
	const frame = document.createElement("iframe");
	frame.className = "rb-rehearsal";
	frame.title = title;
	frame.setAttribute("sandbox", "");
	frame.srcdoc = page;
	dialog.$body.append(frame);
	dialog.show();
}

