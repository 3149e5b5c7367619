// The board without a mouse: arrows between cards, Enter opens, M picks a card up, arrows carry it, Enter puts it down.

import { cards_of } from "./model";
import { clock, escape, span_text } from "./time";

const STEP = 15;
const FINE = 5;
const ARROWS = ["ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

export class Keys {
	constructor(board) {
		this.board = board;
		this.root = board.$root[0];
		this.root.addEventListener("keydown", (event) => this.pressed(event));
		this.root.addEventListener("focusin", (event) => this.remember(event));
		this.root.addEventListener("focusout", (event) => this.carried && event.relatedTarget && this.put_back());
	}

	remember(event) {
		const card = event.target.closest("[data-id]");
		if (!card || card.dataset.id === this.board.active) return;
		for (const other of this.root.querySelectorAll("[data-id][tabindex='0']")) other.tabIndex = -1;
		card.tabIndex = 0;
		this.board.active = card.dataset.id;
	}

	pressed(event) {
		if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, select, textarea, .rb-panel")) return;
		const card = event.target.closest("[data-id]");
		const done = this.carried ? this.carry(event) : card ? this.on_card(event, card) : this.anywhere(event);
		if (done) event.preventDefault();
	}

	on_card(event, card) {
		if (ARROWS.includes(event.key)) return this.step(card, event.key);
		if (event.key === "Enter" || event.key === " ") return this.board.panel.open(card) || true;
		if (event.key.toLowerCase() === "m") return this.pick_up(card);
		return this.anywhere(event, card);
	}

	anywhere(event, card) {
		const key = event.key.toLowerCase();
		if (key === "?") this.help();
		else if (key === "[") this.board.go_by(-1);
		else if (key === "]") this.board.go_by(1);
		else if (key === "n" || key === "b") this.new_at(card, key);
		else return false;
		return true;
	}

	new_at(card, key) {
		const column = (card && card.dataset.column) || this.board.columns[0]?.name;
		const booking = card && this.board.booking(card.dataset.id);
		const start = booking && booking.status !== "Requested" ? booking.span[1] : undefined;
		if (key === "n") this.board.panel.new_booking({ resource: column, start });
		else this.board.panel.block({ resource: column, span: start && [start, start + 60] });
	}

	// ---- between cards

	step(card, key) {
		const lists = [...this.root.querySelectorAll(".rb-tray-cards, .rb-col, .rb-person")].map((list) =>
			[...list.querySelectorAll("[data-id]")].sort((a, b) => top_of(a) - top_of(b))
		);
		const at = lists.findIndex((list) => list.includes(card));
		const list = lists[at];
		if (key === "ArrowUp" || key === "ArrowDown") {
			list[list.indexOf(card) + (key === "ArrowDown" ? 1 : -1)]?.focus();
			return true;
		}
		const by = key === forward_key() ? 1 : -1;
		let next = at + by;
		while (lists[next] && !lists[next].length) next += by;
		if (lists[next]) nearest(lists[next], top_of(card))?.focus();
		return true;
	}

	// ---- carrying

	pick_up(card) {
		const booking = this.board.booking(card.dataset.id);
		if (!booking || !("movable" in card.dataset)) {
			this.board.say(__("This one can't be moved."));
			return true;
		}
		const column = card.dataset.column || this.board.columns[0]?.name;
		if (!column) return true;
		this.carried = { booking, from: card.dataset.column || null, column, start: booking.span[0], card };
		card.classList.add("rb-lifted");
		this.show(__("Picked up {0}. Arrows move it, Enter puts it down, Escape leaves it where it was.", [booking.customer]));
		return true;
	}

	carry(event) {
		const it = this.carried;
		const step = event.shiftKey ? FINE : STEP;
		if (event.key === "Escape") {
			event.stopPropagation(); // the desk takes the focus away on Escape
			this.put_back();
			return true;
		}
		if (event.key === "Enter") this.put_down();
		else if (event.key === "ArrowDown") it.start += step;
		else if (event.key === "ArrowUp") it.start -= step;
		else if (ARROWS.includes(event.key)) it.column = this.neighbour(it.column, event.key === forward_key() ? 1 : -1);
		else return event.key !== "Tab";
		if (this.carried && ARROWS.includes(event.key)) this.show();
		return true;
	}

	neighbour(column, by) {
		const names = this.board.columns.map((one) => one.name);
		return names[Math.min(Math.max(names.indexOf(column) + by, 0), names.length - 1)];
	}

	show(text) {
		const it = this.carried;
		const { booking } = it;
		const length = booking.span[1] - booking.span[0];
		const places = this.board.places.get(it.column);
		if (!this.ghost) this.ghost = $(`<div class="rb-card rb-ghost"><div class="rb-line"><span class="rb-at"></span><b></b></div></div>`)[0];
		this.ghost.style.cssText = `--at:${it.start - this.board.day.hours.start};--for:${length};--lane:0;--lanes:1`;
		this.ghost.querySelector(".rb-at").textContent = span_text([it.start, it.start + length]);
		this.ghost.querySelector("b").textContent = booking.customer;
		places[1].append(this.ghost);
		this.ghost.scrollIntoView({ block: "nearest", inline: "nearest" });
		const free = cards_of(this.board.day, it.column).every((card) => card.id === booking.name || card.end <= it.start || card.start >= it.start + length);
		this.board.say(text || `${clock(it.start)}, ${it.column}${free ? "" : `, ${__("taken")}`}`);
	}

	put_back() {
		const { card, booking } = this.carried;
		this.let_go();
		this.board.say(__("{0} stays where it was.", [booking.customer]));
		card.focus();
	}

	put_down() {
		const { booking, from, column, start } = this.carried;
		this.let_go();
		const onto = column === from ? undefined : column;
		const place = { start: start === booking.span[0] ? undefined : start, onto, off: onto && from ? from : undefined };
		if (booking.status === "Requested") this.board.panel.place_request(booking, { ...place, onto: column, start });
		else if (place.start !== undefined || onto) this.board.move(booking.name, place);
	}

	let_go() {
		this.carried.card.classList.remove("rb-lifted");
		this.carried = null;
		this.ghost?.remove();
		if (this.board.stale) this.board.look_again();
	}

	help() {
		const rows = [
			[__("Arrows"), __("from card to card")],
			["Enter", __("open a card")],
			["M", __("pick a card up; arrows move it, with Shift by five minutes; Enter puts it down, Escape leaves it")],
			["N", __("new booking")],
			["B", __("block time")],
			["[ ]", __("the day before, the day after")],
		];
		const html = rows.map(([key, what]) => `<tr><td><kbd>${escape(key)}</kbd></td><td>${escape(what)}</td></tr>`).join("");
		frappe.msgprint({ title: __("Keys on the board"), message: `<table class="rb-keys">${html}</table>` });
	}
}

const forward_key = () => (frappe.utils.is_rtl() ? "ArrowLeft" : "ArrowRight");
const top_of = (element) => element.getBoundingClientRect().top;

function nearest(cards, top) {
	return cards.reduce((best, card) => (Math.abs(top_of(card) - top) < Math.abs(top_of(best) - top) ? card : best));
}
