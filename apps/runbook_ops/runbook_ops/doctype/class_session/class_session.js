frappe.ui.form.on("Class Session", {
	setup(frm) {
		frm.set_query("service", () => ({ filters: { active: 1, capacity: [">", 1] } }));
		frm.set_query("resource", "resources", () => ({ filters: { active: 1 } }));
	},

	async refresh(frm) {
		frm.set_intro("");
		frappe.runbook.show_column(frm.get_field("resources").grid, "part", false);
		if (frm.is_new()) return;
		add_buttons(frm);
		await show_who(frm);
	},

	async service(frm) {
		if (!frm.doc.service || frm.doc.capacity) return;
		const { message } = await frappe.db.get_value("Bookable Service", frm.doc.service, "capacity");
		if (message) frm.set_value("capacity", message.capacity);
	},
});

function add_buttons(frm) {
	if (frm.doc.status !== "Scheduled") return;
	const begun = frm.doc.starts_at <= frappe.datetime.now_datetime();
	if (begun) {
		frm.add_custom_button(__("Class took place"), () => complete(frm));
		frm.change_custom_button_type(__("Class took place"), null, "primary");
	} else if (frm.doc.seats_taken < frm.doc.capacity) {
		frm.add_custom_button(__("Book seats"), () => book(frm));
		frm.change_custom_button_type(__("Book seats"), null, "primary");
	}
	frm.add_custom_button(__("Cancel class"), () => cancel(frm));
}

function book(frm) {
	frappe.new_doc("Service Booking", {
		service: frm.doc.service,
		class_session: frm.doc.name,
		starts_at: frm.doc.starts_at,
		ends_at: frm.doc.ends_at,
	});
}

function cancel(frm) {
	const customers =
		frm.doc.seats_taken === 0
			? __("Nobody has a seat.")
			: __("Its bookings are cancelled too, and each customer becomes a follow-up.");
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("Why is it cancelled?"),
			description: customers,
			reqd: 1,
		},
		({ reason }) => act(frm, "runbook_ops.api.classes.cancel", { reason }, __("Class cancelled")),
		__("Cancel {0}", [frm.doc.service]),
		__("Cancel class")
	);
}

function complete(frm) {
	frappe.confirm(
		__("All who were not marked as no-show came to {0}?", [frm.doc.service.bold()]),
		() => act(frm, "runbook_ops.api.classes.complete", {}, __("Completed"))
	);
}

async function act(frm, method, args, done) {
	const told = await frappe.runbook.attempt(() => frappe.xcall(method, { session: frm.doc.name, ...args }));
	if (!told) return;
	frappe.show_alert({ message: done, indicator: "green" });
	frm.reload_doc();
}

async function show_who(frm) {
	const rows = await frappe.db.get_list("Service Booking", {
		filters: { class_session: frm.doc.name, status: ["!=", "Cancelled"] },
		fields: ["name", "customer_name", "seats", "status", "mobile"],
		order_by: "customer_name asc",
		limit: 200,
	});
	const escape = frappe.utils.escape_html;
	const html = rows.map(
		(row) => `<tr>
			<td><a href="/app/service-booking/${encodeURIComponent(row.name)}">${escape(row.customer_name || "")}</a></td>
			<td>${row.seats === 1 ? __("1 seat") : __("{0} seats", [row.seats])}</td>
			<td>${escape(row.mobile || "")}</td>
			<td><span class="indicator-pill ${frappe.runbook.booking_colour(row.status)}">${__(row.status)}</span></td>
		</tr>`
	);
	frm.get_field("who").$wrapper.html(
		rows.length
			? `<table class="rb-who">${html.join("")}</table>`
			: `<div class="text-muted">${__("Nobody yet.")}</div>`
	);
}
