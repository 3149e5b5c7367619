// The small panel beside a card: what it is, what can be done with it, and why a move was refused.

import { Dialogs } from "./dialogs";
import { mark_html } from "./draw";
import { is_movable } from "./model";
import { at, clock, escape, length_text, span_text } from "./time";

const GAP = 8;

export class Panel extends Dialogs {
	constructor(board) {
		super(board);
		this.$panel = $(`<div class="rb-panel" role="dialog" hidden></div>`).appendTo(board.$root);
		this.$panel.on("click", "[data-do]", (event) => this.press(Number(event.currentTarget.dataset.do)));
		this.$panel.on("keydown", (event) => this.key(event));
		document.addEventListener("pointerdown", (event) => {
			if (!event.target.closest(".rb-panel, .rb-page [data-id], .rb-col")) this.close();
		});
	}

	key(event) {
		if (event.key === "Escape") {
			this.close();
			event.stopPropagation();
		}
		if (event.key !== "Tab") return;
		const buttons = this.$panel.find("button").get();
		const edge = event.shiftKey ? buttons[0] : buttons.at(-1);
		if (document.activeElement !== edge) return;
		event.preventDefault();
		(event.shiftKey ? buttons.at(-1) : buttons[0]).focus();
	}

	press(number) {
		const [, work] = this.actions[number];
		this.close();
		work();
	}

	/** Gives whether one was open. */
	close() {
		if (this.$panel[0].hidden) return false;
		this.$panel[0].hidden = true;
		const back = this.from && this.board.element_of(this.from.id, this.from.column);
		if (this.$panel[0].contains(document.activeElement)) back?.focus({ preventScroll: true });
		return true;
	}

	/** `actions`: label and work; the first is the one that people mean. */
	present(anchor, title, html, actions, kind = "") {
		this.from = anchor.dataset ? { id: anchor.dataset.id, column: anchor.dataset.column } : null;
		this.actions = actions.filter(Boolean);
		const buttons = this.actions.map(
			([label], number) => `<button class="btn btn-sm ${number ? "btn-default" : "btn-primary"}" data-do="${number}">${escape(label)}</button>`
		);
		this.$panel
			.attr({ class: `rb-panel ${kind}`, "aria-label": title })
			.html(`<h3>${escape(title)}</h3><div class="rb-panel-text">${html}</div><div class="rb-panel-do">${buttons.join("")}</div>`);
		this.$panel[0].hidden = false;
		this.put_beside(anchor.getBoundingClientRect());
		this.$panel.find("button").first().trigger("focus");
	}

	put_beside(box) {
		const panel = this.$panel[0];
		const { offsetWidth: width, offsetHeight: height } = panel;
		const right = box.right + GAP + width < window.innerWidth;
		const rtl = frappe.utils.is_rtl();
		const left = (rtl && box.left - GAP - width > 0) || !right ? box.left - GAP - width : box.right + GAP;
		panel.style.left = `${Math.max(GAP, Math.min(left, window.innerWidth - width - GAP))}px`;
		panel.style.top = `${Math.max(GAP, Math.min(box.top, window.innerHeight - height - GAP))}px`;
	}

	open(element) {
		const { id, kind, column } = element.dataset;
		const found = { booking: "bookings", class: "classes", hold: "holds", away: "away" }[kind];
		const one = this.board.day[found].find((record) => record.name === id);
		if (!one) return;
		this[`open_${kind}`](element, one, column);
	}

	open_booking(element, booking) {
		const who = booking.chosen.join(", ") || __("Nobody yet");
		const rows = [
			[__("When"), `${at(booking.span[0]).format("ddd D MMM")}, ${span_text(booking.span)} (${length_text(booking.span[1] - booking.span[0])})`],
			[__("What"), booking.service],
			[__("Who"), who],
			booking.territory && [__("Territory"), booking.territory],
		];
		const state = `<div class="rb-panel-state">${mark_html(booking.status)}${__(booking.status)}${
			booking.moved ? ` · ${__("moved")}` : ""
		}</div>`;
		const warning = booking.astray.length
			? `<p class="rb-panel-warn">${escape(__("{0} is not at work for all of it.", [booking.astray.join(", ")]))}</p>`
			: "";
		const movable = is_movable(booking) && this.may_write();
		const asked = ["Requested", "Held"].includes(booking.status) && this.may_write();
		this.present(element, booking.customer, state + rows_html(rows) + warning, [
			[__("Open"), () => frappe.set_route("Form", "Service Booking", booking.name)],
			asked && [__("Confirm"), () => this.confirm(booking)],
			movable && [__("Move..."), () => this.pick_slot(booking)],
			movable && [__("Assign..."), () => this.assign(booking)],
		]);
	}

	open_class(element, one) {
		const rows = [
			[__("When"), span_text(one.span)],
			[__("Seats"), one.capacity ? __("{0} of {1} seats", [one.taken, one.capacity]) : String(one.taken)],
			[__("Who"), one.on.join(", ")],
		];
		this.present(element, one.service, rows_html(rows), [
			[__("Open"), () => frappe.set_route("Form", "Class Session", one.name)],
			[__("Who comes"), () => frappe.set_route("List", "Service Booking", { class_session: one.name })],
		]);
	}

	open_hold(element, one) {
		const rows = [
			[__("When"), span_text(one.span)],
			[__("What"), one.service],
			one.expires && [__("Held until"), clock(one.expires / 60)],
		];
		const text = `<p>${__("A customer is filling in the form for this time. It is free again when they do not finish.")}</p>`;
		this.present(element, __("Held online"), rows_html(rows) + text, [[__("Close"), () => {}]]);
	}

	open_away(element, one) {
		this.present(element, one.reason || __("Away"), rows_html([[__("When"), away_text(one.span)], [__("Who"), one.on]]), [
			[__("Open"), () => frappe.set_route("Form", "Resource Time Off", one.name)],
			frappe.model.can_delete("Resource Time Off") && [__("Remove"), () => this.unblock(one)],
		]);
	}

	/** Why a move was refused, and where it could go instead. */
	refused(booking, refusal, { onto, off, confirm }) {
		const anchor = this.board.element_of(booking.name, off) || this.board.scroll;
		const [lead] = refusal.text.split(__("Next open"));
		const offers = refusal.next_open.map((slot) => {
			const start = frappe.runbook.to_moment(slot.starts_at).unix() / 60;
			const person = slot.resources.find((name) => name === onto) || slot.resources[0];
			const wanted = person === off || booking.chosen.includes(person) ? {} : { onto: person, off };
			return [
				`${frappe.runbook.when(slot.starts_at)}, ${slot.resources.join(", ")}`,
				() => this.board.move(booking.name, { start, ...wanted }, { confirm }),
			];
		});
		const hint = offers.length ? `<p class="rb-panel-next">${__("Open next:")}</p>` : "";
		this.present(anchor, __("Not moved"), `<p>${escape(lead.trim())}</p>${hint}`, [...offers, [__("Leave it"), () => {}]], "rb-refused");
	}

	/** A request was put on a place: book it there, or only note the wish. */
	place_request(booking, place) {
		const anchor = this.board.element_of(booking.name, "") || this.board.scroll;
		const where = `${clock(place.start)}, ${place.onto || booking.chosen.join(", ")}`;
		this.present(anchor, booking.customer, `<p>${escape(__("{0} at {1}", [booking.service, where]))}</p>`, [
			[__("Confirm the booking"), () => this.board.move(booking.name, place, { confirm: true })],
			[__("Only plan it"), () => this.board.move(booking.name, place)],
			[__("Leave it"), () => {}],
		]);
	}

	fill_or_block(resource, span, { clientX, clientY }) {
		const anchor = { getBoundingClientRect: () => new DOMRect(clientX, clientY, 0, 0) };
		this.present(anchor, `${span_text(span)}, ${resource}`, "", [
			[__("New booking"), () => this.new_booking({ resource, start: span[0] })],
			[__("Block this time"), () => this.block({ resource, span })],
		]);
	}
}

const rows_html = (rows) =>
	`<dl>${rows
		.filter(Boolean)
		.map(([label, text]) => `<dt>${escape(label)}</dt><dd>${escape(text)}</dd>`)
		.join("")}</dl>`;

const away_text = ([start, end]) =>
	at(start).isSame(at(end), "day") ? span_text([start, end]) : `${at(start).format("ddd D MMM")} ${clock(start)} – ${at(end).format("ddd D MMM")} ${clock(end)}`;
