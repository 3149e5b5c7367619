// Moving a card with the pointer, and marking an empty stretch for a booking or a block.

import { clock, span_text } from "./time";

const STEP = 15;
const FINE = 5;
const FAR_ENOUGH = 5;
const EDGE = 40;

export class Drag {
	constructor(board) {
		this.board = board;
		this.root = board.$root[0];
		this.root.addEventListener("pointerdown", (event) => this.down(event));
		this.root.addEventListener("click", (event) => this.click(event));
	}

	down(event) {
		if (event.button || event.pointerType === "touch" || this.board.narrow.matches || this.board.saving) return;
		const card = event.target.closest(".rb-card[data-movable]");
		const column = event.target.closest(".rb-col");
		if (card) this.follow(event, new Carried(this.board, card, event));
		else if (column && !event.target.closest("[data-id]")) this.follow(event, new Marked(this.board, column, event));
	}

	follow(down, thing) {
		const move = (event) => {
			const far = Math.hypot(event.clientX - down.clientX, event.clientY - down.clientY) > FAR_ENOUGH;
			if (!this.moving && !far) return;
			if (!this.moving) {
				this.moving = thing;
				this.board.panel.close();
				this.root.classList.add("rb-dragging");
				thing.lift();
			}
			event.preventDefault();
			this.scroll_at(event);
			thing.to(event);
		};
		const end = (event) => {
			document.removeEventListener("pointermove", move);
			document.removeEventListener("pointerup", up);
			document.removeEventListener("pointercancel", end);
			document.removeEventListener("keydown", escape, true);
			this.root.classList.remove("rb-dragging");
			const had = this.moving;
			this.moving = null;
			if (!had) return;
			thing.put_away();
			this.just_dragged = true;
			setTimeout(() => (this.just_dragged = false), 50);
			if (event.type === "pointerup") thing.drop(event);
			if (this.board.stale) this.board.look_again();
		};
		const up = (event) => end(event);
		const escape = (event) => {
			if (event.key !== "Escape" || !this.moving) return;
			event.stopPropagation();
			end(event);
		};
		document.addEventListener("pointermove", move);
		document.addEventListener("pointerup", up);
		document.addEventListener("pointercancel", end);
		document.addEventListener("keydown", escape, true);
	}

	scroll_at({ clientX, clientY }) {
		const { scroll } = this.board;
		const box = scroll.getBoundingClientRect();
		if (clientY > box.bottom - EDGE) scroll.scrollTop += 12;
		if (clientY < box.top + EDGE + 50) scroll.scrollTop -= 12;
		if (clientX > box.right - EDGE) scroll.scrollLeft += 16;
		if (clientX < box.left + EDGE) scroll.scrollLeft -= 16;
	}

	click(event) {
		if (this.just_dragged) return;
		const card = event.target.closest("[data-id]");
		if (card) {
			this.board.panel.open(card);
			return;
		}
		const column = event.target.closest(".rb-col");
		if (column && !this.board.panel.close()) {
			const start = minute_at(this.board, column, event.clientY, STEP, Math.floor);
			this.board.panel.new_booking({ start, resource: column.dataset.column });
		}
	}
}

/** The UTC minute at a height of the screen, on the grid. */
function minute_at(board, column, y, step, round = Math.round) {
	const { hours } = board.day;
	const minute = hours.start + (y - column.getBoundingClientRect().top) / board.minute_height();
	return Math.min(Math.max(round(minute / step) * step, hours.start), hours.end);
}

function column_at(board, { clientX, clientY }) {
	const under = document.elementsFromPoint(clientX, clientY);
	return under.map((element) => element.closest(".rb-col")).find((element) => element && board.grid.contains(element));
}

class Carried {
	constructor(board, card, event) {
		this.board = board;
		this.card = card;
		this.booking = board.booking(card.dataset.id);
		this.off = card.dataset.column || null;
		this.above = this.off ? event.clientY - card.getBoundingClientRect().top : 10;
	}

	lift() {
		this.card.classList.add("rb-lifted");
		this.ghost = $(`<div class="rb-card rb-ghost"><div class="rb-line"><span class="rb-at"></span><b></b></div></div>`)[0];
		this.ghost.className += ` ${[...this.card.classList].filter((name) => name.startsWith("rb-is-")).join(" ")}`;
		this.ghost.querySelector("b").textContent = this.booking.customer;
		const shown = this.board.day.hours;
		this.length = Math.min(this.booking.span[1] - this.booking.span[0], shown.end - shown.start);
	}

	to(event) {
		this.column = column_at(this.board, event);
		if (!this.column) {
			this.ghost.remove();
			return;
		}
		this.start = minute_at(this.board, this.column, event.clientY - this.above, event.shiftKey ? FINE : STEP);
		this.ghost.style.cssText = `--at:${this.start - this.board.day.hours.start};--for:${this.length};--lane:0;--lanes:1`;
		this.ghost.querySelector(".rb-at").textContent = span_text([this.start, this.start + this.length]);
		if (this.ghost.parentNode !== this.column) this.column.append(this.ghost);
	}

	put_away() {
		this.card.classList.remove("rb-lifted");
		this.ghost.remove();
	}

	drop() {
		if (!this.column) return;
		const onto = this.column.dataset.column;
		const other = onto !== this.off;
		const shown = Number(this.card.style.getPropertyValue("--at")) + this.board.day.hours.start;
		const by = this.off ? this.start - shown : 0;
		const start = this.off ? this.booking.span[0] + by : this.start;
		if (!other && !by) return;
		const place = { start: start === this.booking.span[0] ? undefined : start, onto: other ? onto : undefined, off: other ? this.off : undefined };
		if (this.booking.status === "Requested") this.board.panel.place_request(this.booking, { ...place, start });
		else this.board.move(this.booking.name, place);
	}
}

class Marked {
	constructor(board, column, event) {
		this.board = board;
		this.column = column;
		this.from = minute_at(board, column, event.clientY, STEP, Math.floor);
	}

	lift() {
		this.mark = $(`<div class="rb-marked"><span></span></div>`).appendTo(this.column)[0];
	}

	to(event) {
		const now = minute_at(this.board, this.column, event.clientY, STEP);
		this.span = now >= this.from ? [this.from, Math.max(now, this.from + STEP)] : [now, this.from + STEP];
		this.mark.style.cssText = `--at:${this.span[0] - this.board.day.hours.start};--for:${this.span[1] - this.span[0]}`;
		this.mark.firstChild.textContent = `${clock(this.span[0])}–${clock(this.span[1])}`;
	}

	put_away() {
		this.mark.remove();
	}

	drop(event) {
		if (this.span) this.board.panel.fill_or_block(this.column.dataset.column, this.span, event);
	}
}
