// A dialog to pick a class that has seats, and the question why something is booked all the same.

frappe.provide("frappe.runbook");

const MOST_SESSIONS = 100;
const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

/** `service`, `seats`, `from` (site time), `title`, `action`, `on_pick(session)`: `class_session`, `starts_at`, `ends_at`. */
frappe.runbook.pick_session = async function (options) {
	const sessions = await frappe.runbook.attempt(() =>
		frappe.xcall("runbook_ops.api.classes.open_sessions", {
			service: options.service,
			first: options.from || frappe.datetime.now_datetime(),
			seats: options.seats || 1,
			limit: MOST_SESSIONS,
		})
	);
	if (!sessions) return;
	const dialog = new frappe.ui.Dialog({
		title: options.title || __("Classes of {0} with free seats", [options.service]),
		fields: [{ fieldname: "sessions", fieldtype: "HTML" }],
	});
	const $body = dialog.fields_dict.sessions.$wrapper;
	$body.html(sessions.length ? sessions_html(sessions, options.action) : none_html());
	$body.on("click", "[data-session]", async (event) => {
		const session = sessions[Number(event.currentTarget.dataset.session)];
		const taken = await options.on_pick({
			class_session: session.class_session,
			starts_at: session.starts_at.replace("T", " "),
			ends_at: session.ends_at.replace("T", " "),
		});
		if (taken !== false) dialog.hide();
	});
	dialog.show();
};

function sessions_html(sessions, action) {
	const rows = sessions.map((session, index) => {
		const free =
			session.free === 1 ? __("1 seat free") : __("{0} of {1} seats free", [session.free, session.capacity]);
		return `<li class="rb-session">
			<span><b>${frappe.runbook.when(session.starts_at.replace("T", " "))}</b>
				<small>${escape(session.resources.join(", "))}</small></span>
			<span class="rb-session-free">${free}</span>
			<button class="btn btn-default btn-sm" data-session="${index}">${action || __("Choose")}</button>
		</li>`;
	});
	return `<ul class="rb-sessions">${rows.join("")}</ul>`;
}

function none_html() {
	return `<div class="rb-slots-empty">${__("No class with so many free seats in the coming weeks.")}</div>`;
}

/** Whether a service is a class, in which customers take seats. */
frappe.runbook.is_class = async function (service) {
	if (!service) return false;
	const { message } = await frappe.db.get_value("Bookable Service", service, "capacity");
	return Number(message && message.capacity) > 1;
};

/** Show or hide a column of a table; its visible columns are worked out once, so they are forgotten first. */
frappe.runbook.show_column = function (grid, fieldname, shown) {
	const field = grid.docfields.find((one) => one.fieldname === fieldname);
	if (!field || Boolean(field.hidden) !== Boolean(shown)) return;
	grid.update_docfield_property(fieldname, "hidden", shown ? 0 : 1);
	grid.reset_grid();
};

/** Pressed in the message of a refusal that staff may set aside: ask why, and save the open booking with it. */
frappe.runbook.book_all_the_same = function () {
	frappe.hide_msgprint(true);
	frappe.runbook.all_the_same && frappe.runbook.all_the_same();
};

/** `go(reason)` is what to do again once there is a reason. */
frappe.runbook.ask_why = function (go) {
	frappe.prompt(
		{
			fieldname: "reason",
			fieldtype: "Small Text",
			label: __("Why is it booked all the same?"),
			description: __("It is kept with the booking."),
			reqd: 1,
		},
		({ reason }) => go(reason),
		__("Book all the same"),
		__("Book it")
	);
};
