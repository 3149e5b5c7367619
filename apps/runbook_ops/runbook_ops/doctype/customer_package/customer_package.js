frappe.ui.form.on("Customer Package", {
	async refresh(frm) {
		add_buttons(frm);
		show_left(frm);
		await show_history(frm);
	},
});

const api = (method) => `runbook_ops.api.packages.${method}`;
const escape = (text) => frappe.utils.escape_html(String(text === null || text === undefined ? "" : text));

// ---- buttons

function add_buttons(frm) {
	const change = __("Change");
	frm.add_custom_button(__("Package card"), () => frm.print_doc());
	if (frm.doc.state === "Active") {
		frm.add_custom_button(__("Redeem"), () => redeem(frm));
		frm.change_custom_button_type(__("Redeem"), null, "primary");
		frm.add_custom_button(__("Upgrade"), () => upgrade(frm), change);
		if (frm.doc.transferable) frm.add_custom_button(__("Transfer"), () => transfer(frm), change);
		if (frappe.model.can_write("Service Package")) frm.add_custom_button(__("Refund"), () => refund(frm), change);
	}
	if (frm.doc.expires_on && ["Active", "Expired"].includes(frm.doc.state)) {
		frm.add_custom_button(__("Extend"), () => extend(frm), change);
	}
	const over = frm.doc.expires_on && frm.doc.expires_on < frappe.datetime.get_today();
	if (over && frm.doc.state === "Active" && frappe.model.can_write("Service Package")) {
		frm.add_custom_button(__("Let it expire"), () => expire(frm), change);
	}
}

/** Ask, call the server, tell what came of it. */
function ask(frm, { title, action, fields, method, args, done }) {
	const dialog = new frappe.ui.Dialog({
		title,
		fields,
		primary_action_label: action,
		async primary_action(values) {
			dialog.disable_primary_action();
			const told = await frappe.runbook.attempt(() =>
				frappe.xcall(api(method), { ...(args || { package: frm.doc.name }), ...values })
			);
			dialog.enable_primary_action();
			if (!told) return;
			dialog.hide();
			frappe.show_alert({ message: done(told), indicator: "green" });
			await frm.reload_doc();
		},
	});
	dialog.show();
}

const reason = () => ({ fieldname: "reason", fieldtype: "Small Text", label: __("Why?"), reqd: 1 });
const how_many = (frm) =>
	frm.doc.kind === "Sessions"
		? { fieldname: "sessions", fieldtype: "Int", label: __("Sessions"), default: frm.doc.sessions_left, reqd: 1 }
		: { fieldname: "amount", fieldtype: "Currency", label: __("Amount"), default: frm.doc.face_left, reqd: 1 };

function redeem(frm) {
	const service = { fieldname: "service", fieldtype: "Link", options: "Bookable Service", label: __("Service") };
	const amount = { fieldname: "amount", fieldtype: "Currency", label: __("Amount"), reqd: 1 };
	const who = {
		fieldname: "customer",
		fieldtype: "Link",
		options: "Customer",
		label: __("Who came?"),
		default: frm.doc.customer,
		reqd: 1,
	};
	const booking = {
		fieldname: "booking",
		fieldtype: "Link",
		options: "Service Booking",
		label: __("Booking"),
		get_query: () => ({ filters: { customer: ["in", holders(frm)] } }),
	};
	const on = {
		fieldname: "on",
		fieldtype: "Date",
		label: __("Day of the service"),
		description: __("Empty: the booking's day, else today"),
	};
	ask(frm, {
		title: __("Redeem for {0}", [frm.doc.customer_name]),
		action: __("Redeem"),
		fields: [...(frm.doc.kind === "Sessions" ? [] : [amount]), service, who, { fieldtype: "Column Break" }, on, booking],
		method: "redeem",
		args: { package: frm.doc.name, key: frappe.utils.get_random(20) },
		done: (told) =>
			frm.doc.kind === "Sessions"
				? __("Redeemed. {0} sessions are left.", [told.sessions_left])
				: __("Redeemed. {0} is left.", [format_currency(told.face_left, frm.doc.currency)]),
	});
}

const holders = (frm) => [frm.doc.customer, ...(frm.doc.members || []).map((row) => row.customer)];

function extend(frm) {
	const until = {
		fieldname: "until",
		fieldtype: "Date",
		label: __("Until"),
		default: frappe.datetime.add_days(frm.doc.expires_on, 30),
		reqd: 1,
	};
	ask(frm, {
		title: __("Extend beyond {0}", [frappe.datetime.str_to_user(frm.doc.expires_on)]),
		action: __("Extend"),
		fields: [until, reason()],
		method: "extend",
		done: (told) => __("It can be used until {0}.", [frappe.datetime.str_to_user(told.expires_on)]),
	});
}

function transfer(frm) {
	const to = { fieldname: "to", fieldtype: "Link", options: "Customer", label: __("To"), reqd: 1 };
	ask(frm, {
		title: __("Transfer to another customer"),
		action: __("Transfer"),
		fields: [to, how_many(frm), reason()],
		method: "transfer",
		done: (told) => __("Transferred as {0}.", [told.new_package]),
	});
}

function upgrade(frm) {
	const to = {
		fieldname: "to",
		fieldtype: "Link",
		options: "Service Package",
		label: __("To"),
		reqd: 1,
		get_query: () => ({ filters: { active: 1 } }),
	};
	ask(frm, {
		title: __("Upgrade: {0} is counted", [format_currency(frm.doc.paid_left, frm.doc.currency)]),
		action: __("Invoice the difference"),
		fields: [to, reason()],
		method: "upgrade",
		done: (told) => __("Upgraded to {0}, invoice {1}.", [told.new_package, told.sales_invoice]),
	});
}

function refund(frm) {
	const count = how_many(frm);
	const face = frm.doc.kind === "Sessions" ? count : { ...count, fieldname: "face" };
	const amount = {
		fieldname: "amount",
		fieldtype: "Currency",
		label: __("Give back, before tax"),
		description: __("Empty: all that was paid for it"),
	};
	const mode = {
		fieldname: "mode_of_payment",
		fieldtype: "Link",
		options: "Mode of Payment",
		label: __("Paid out by"),
		description: __("Empty: the credit stays on the customer's account"),
		get_query: () => ({ filters: { enabled: 1 } }),
	};
	ask(frm, {
		title: __("Refund what is unused"),
		action: __("Refund"),
		fields: [face, amount, mode, reason()],
		method: "refund",
		done: (told) => __("Refunded {0} before tax.", [format_currency(told.amount, frm.doc.currency)]),
	});
}

function expire(frm) {
	const on = {
		fieldname: "on",
		fieldtype: "Date",
		label: __("Posted on"),
		description: __("Empty: the package's last day"),
	};
	ask(frm, {
		title: __("Let it expire"),
		action: __("Let it expire"),
		fields: [on, reason()],
		method: "expire",
		done: () => __("Expired."),
	});
}

// ---- what is left, and the history

function show_left(frm) {
	const left =
		frm.doc.kind === "Sessions"
			? __("{0} of {1} sessions left", [frm.doc.sessions_left, frm.doc.sessions_sold])
			: __("{0} of {1} left", [
					format_currency(frm.doc.face_left, frm.doc.currency),
					format_currency(frm.doc.face_sold, frm.doc.currency),
			  ]);
	const until = frm.doc.expires_on
		? __("until {0}", [frappe.datetime.str_to_user(frm.doc.expires_on)])
		: __("never expires");
	frm.dashboard.clear_headline();
	frm.dashboard.set_headline(
		`${__(frm.doc.state)}: ${left}, ${until}`,
		frm.doc.state === "Active" ? "green" : "gray"
	);
}

async function show_history(frm) {
	const rows = await frappe.runbook.attempt(() => frappe.xcall(api("history"), { package: frm.doc.name }));
	const $history = frm.fields_dict.history.$wrapper;
	$history.html(rows && rows.length ? history_html(frm, rows) : `<p>${__("Nothing yet.")}</p>`);
	$history.off("click").on("click", "[data-usage]", (event) => reverse(frm, event.currentTarget.dataset.usage));
}

function history_html(frm, rows) {
	const heads = [__("Day"), __("What"), __("More or fewer"), __("Value"), __("Voucher"), __("By"), ""];
	const body = rows.map((row) => row_html(frm, row)).join("");
	return `<table class="table table-bordered"><thead><tr>${heads
		.map((head) => `<th>${head}</th>`)
		.join("")}</tr></thead><tbody>${body}</tbody></table>`;
}

function row_html(frm, row) {
	const money = (amount) => (amount ? format_currency(amount, frm.doc.currency) : "");
	const moved = frm.doc.kind === "Sessions" ? row.sessions || "" : money(row.face);
	const what = [__(row.kind), row.service, row.kind === "Extend" && frappe.datetime.str_to_user(row.expires_on)];
	const link = (doctype, name) => (name ? frappe.utils.get_form_link(doctype, name, true) : "");
	const undo =
		row.is_live && row.kind !== "Sell"
			? `<button class="btn btn-xs btn-default" data-usage="${escape(row.name)}">${__("Reverse")}</button>`
			: "";
	const told = [escape(row.user), escape(row.reason)].filter(Boolean).join(": ");
	return `<tr class="${row.is_live ? "" : "text-muted"}">
		<td>${frappe.datetime.str_to_user(row.posting_date)}</td>
		<td>${what.filter(Boolean).map(escape).join(", ")} ${link("Service Booking", row.booking)}</td>
		<td class="text-right">${moved}</td>
		<td class="text-right">${money(row.amount)}</td>
		<td>${row.voucher_no ? link(row.voucher_type, row.voucher_no) : ""}</td>
		<td>${told}</td>
		<td>${undo}</td>
	</tr>`;
}

function reverse(frm, usage) {
	const on = {
		fieldname: "on",
		fieldtype: "Date",
		label: __("By an entry of"),
		description: __("Only when the period is closed: a counter-entry of that day. Empty: the entry is cancelled."),
	};
	ask(frm, {
		title: __("Reverse this row"),
		action: __("Reverse"),
		fields: [reason(), on],
		method: "reverse",
		args: { usage },
		done: () => __("Reversed."),
	});
}
