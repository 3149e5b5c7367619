// The board itself: which day it shows, what has changed since, and every change made on it by hand.

import { Bar } from "./bar";
import { Drag } from "./drag";
import { body_html, head_html, hours_html, list_html, now_html, tray_html } from "./draw";
import { Keys } from "./keys";
import { cards_of, moved, shown_hours, tray_of, visible_columns } from "./model";
import { Panel } from "./panel";
import { Sheets } from "./sheets";
import { iso, span_text, today, zone } from "./time";

const CHANGED = "runbook_day_board";
const LOOK_EVERY = 60_000;
const SOON = 250;
const HEAD = 66;
const NARROW = "(max-width: 767px)";

export class DayBoard {
	constructor(page) {
		this.page = page;
		this.html = new Map();
		this.active = null;
		this.$root = $(page.main).addClass("rb-page");
		this.narrow = window.matchMedia(NARROW);
		this.bar = new Bar(this);
		this.make();
		this.panel = new Panel(this);
		this.drag = new Drag(this);
		this.keys = new Keys(this);
		this.sheets = new Sheets(this);
		this.narrow.addEventListener("change", () => this.draw(true));
		window.addEventListener("resize", () => this.visible && !this.is_busy() && this.draw());
		frappe.realtime.on(CHANGED, (span) => this.heard(span));
	}

	make() {
		this.$root.append(`<div class="rb-board">
			<aside class="rb-tray" aria-label="${__("Waiting for a place")}"><h2><span>${__("Waiting")}</span><b class="rb-tray-count"></b></h2>
				<div class="rb-tray-cards" role="group"></div></aside>
			<div class="rb-scroll" tabindex="-1" role="region" aria-label="${__("The day's bookings")}"><div class="rb-grid"></div></div>
			<div class="rb-list"></div>
		</div>
		<div class="rb-says" role="status" aria-live="polite"></div>`);
		this.grid = this.$root.find(".rb-grid")[0];
		this.scroll = this.$root.find(".rb-scroll")[0];
	}

	// ---- which day

	show() {
		this.visible = true;
		const [, day] = frappe.get_route();
		this.wanted = /^\d{4}-\d{2}-\d{2}$/.test(day || "") ? day : this.wanted || today();
		frappe.realtime.doctype_subscribe("Service Booking");
		clearInterval(this.timer);
		this.timer = setInterval(() => this.look_again(), LOOK_EVERY);
		this.load();
	}

	hide() {
		this.visible = false;
		this.panel.close();
		clearInterval(this.timer);
	}

	go(day) {
		this.panel.close();
		frappe.set_route("day-board", day);
	}

	go_by(days) {
		this.go(moment(this.wanted).locale("en").add(days, "days").format("YYYY-MM-DD"));
	}

	// ---- the truth

	async load() {
		const wanted = this.wanted;
		const same = this.day && this.day.day === wanted;
		if (!same) this.$root.addClass("rb-loading");
		const seen = same ? this.stamp : null;
		const told = await frappe.runbook.attempt(() =>
			frappe.xcall("runbook_ops.api.board.day", { day: wanted, zone: zone(), seen })
		);
		this.$root.removeClass("rb-loading");
		if (!told || wanted !== this.wanted) return;
		this.stamp = told.stamp;
		if (!told.columns) return;
		this.day = told;
		this.draw(!same);
	}

	/** The same, for changes by others: not while something is being moved, and not when nobody looks. */
	async look_again() {
		if (!this.visible || document.hidden) return;
		if (this.is_busy()) {
			this.stale = true;
			return;
		}
		this.stale = false;
		await this.load();
		this.draw_now();
	}

	heard({ start, end }) {
		if (!this.visible || !this.day || end <= this.day.start || start >= this.day.end) return;
		clearTimeout(this.soon);
		this.soon = setTimeout(() => this.look_again(), SOON);
	}

	is_busy() {
		return this.drag.moving || this.keys.carried || this.saving;
	}

	// ---- the picture

	draw(afresh = false) {
		if (!this.day) return;
		if (afresh) this.html.clear();
		this.columns = visible_columns(this.day, this.bar.wish);
		this.day.hours = this.fitted(shown_hours(this.day, this.columns));
		this.bar.refresh();
		this.keep_focus(() => (this.narrow.matches ? this.draw_list() : this.draw_grid()));
		this.set("tray", this.$root.find(".rb-tray-cards")[0], tray_html(this.day, this.active));
		const waiting = tray_of(this.day).length;
		this.$root.find(".rb-tray-count").text(waiting || "");
		this.$root.find(".rb-board").toggleClass("rb-tray-empty", !waiting);
		if (afresh) this.scroll_to_start();
	}

	draw_list() {
		const list = this.$root.find(".rb-list")[0];
		this.set("list", list, list_html(this.day, this.columns, this.first_focus()));
	}

	/** Only what has changed is written anew: a column's head or body, by its HTML. */
	draw_grid() {
		const names = JSON.stringify([this.day.day, this.day.hours, this.columns.map((column) => column.name)]);
		if (this.html.get("columns") !== names) this.make_columns(names);
		const focus = this.first_focus();
		for (const column of this.columns) {
			const cards = cards_of(this.day, column.name);
			const [head, body] = this.places.get(column.name);
			this.set(`head ${column.name}`, head, head_html(this.day, column, cards));
			this.set(`body ${column.name}`, body, body_html(this.day, column, cards, focus));
			body.setAttribute("aria-label", __("{0}, {1} entries", [column.name, cards.length]));
		}
		this.draw_now();
	}

	make_columns(names) {
		this.html.clear();
		this.html.set("columns", names);
		const minutes = this.day.hours.end - this.day.hours.start;
		this.grid.style.setProperty("--minutes", minutes);
		this.grid.style.setProperty("--px", `${this.day.hours.px}px`);
		this.grid.style.setProperty("--columns", this.columns.length);
		this.grid.innerHTML = `<div class="rb-corner"></div><div class="rb-hours" aria-hidden="true">${hours_html(this.day)}</div>`;
		this.places = new Map();
		for (const column of this.columns) {
			const head = $(`<div class="rb-head"></div>`)[0];
			const body = $(`<div class="rb-col" role="group"></div>`)[0];
			body.dataset.column = column.name;
			this.grid.append(head, body);
			this.places.set(column.name, [head, body]);
		}
		if (!this.columns.length) {
			$(this.grid).append(`<div class="rb-none rb-nobody">${__("Nobody is at work on this day, or the filters hide everybody.")}</div>`);
		}
	}

	set(key, element, html) {
		if (this.html.get(key) === html) return;
		this.html.set(key, html);
		element.innerHTML = html;
	}

	draw_now() {
		if (!this.day || this.narrow.matches) return;
		$(this.grid).find(".rb-now").remove();
		$(this.grid).append(now_html(this.day));
	}

	/** As tall as the screen allows, so that most days need no scrolling; `px` is a minute's height. */
	fitted({ start, end }) {
		const top = this.scroll.getBoundingClientRect().top + (document.scrollingElement || document.body).scrollTop;
		const room = Math.max(320, window.innerHeight - top - 16);
		this.scroll.style.maxBlockSize = `${room}px`;
		const px = Math.min(1.8, Math.max(1, (room - HEAD) / (end - start)));
		return { start, end, px: Number(px.toFixed(3)) };
	}

	scroll_to_start() {
		const first = Math.min(...this.columns.flatMap((column) => cards_of(this.day, column.name).map((card) => card.start)));
		const target = Number.isFinite(first) ? first : this.day.hours.start;
		const now = Date.now() / 60000;
		const minute = now > this.day.hours.start && now < this.day.hours.end ? now - 60 : target - 30;
		this.scroll.scrollTop = (minute - this.day.hours.start) * this.minute_height();
	}

	minute_height() {
		return this.day.hours.px;
	}

	// ---- focus: one card at a time is in the order of the Tab key

	first_focus() {
		const ids = [...tray_of(this.day).map((one) => one.name), ...this.columns.flatMap((column) => cards_of(this.day, column.name).map((card) => card.id))];
		if (!ids.includes(this.active) && !this.day.away.some((one) => one.name === this.active)) this.active = ids[0] || null;
		return this.active;
	}

	keep_focus(work) {
		const held = document.activeElement;
		const { id, column } = (held && held.closest(".rb-page") === this.$root[0] && held.dataset) || {};
		work();
		if (id && !document.contains(held)) this.element_of(id, column)?.focus({ preventScroll: true });
	}

	element_of(id, column) {
		const found = [...this.$root[0].querySelectorAll("[data-id]")].filter((one) => one.dataset.id === id);
		return found.find((one) => one.dataset.column === column) || found[0];
	}

	booking(name) {
		return this.day.bookings.find((one) => one.name === name);
	}

	say(text) {
		this.$root.find(".rb-says").text(text);
	}

	// ---- changes

	/** Move a booking; the picture follows at once, the server says whether it stays. Gives whether it was moved. */
	async move(name, { start, onto, off }, { confirm = false, undo = true } = {}) {
		const before = this.day;
		const was = this.booking(name);
		this.day = moved(before, name, { start, onto, off });
		this.saving = true;
		this.draw();
		const args = { booking: name, onto: onto || null, off: off || null, confirm: confirm ? 1 : 0 };
		if (start !== undefined) args.starts_at = iso(start);
		const refusal = await this.ask("runbook_ops.api.board.move", args);
		this.saving = false;
		if (refusal) {
			this.day = before;
			this.draw();
			this.say(__("Not moved. {0}", [refusal.text]));
			this.panel.refused(was, refusal, { start, onto, off, confirm });
			return false;
		}
		await this.load();
		const now = this.booking(name) || was;
		const text = `${was.customer}: ${span_text(now.span)}${onto ? `, ${onto}` : ""}`;
		this.say(__("Moved. {0}", [text]));
		if (undo && was.status !== "Requested") this.offer_undo(was, text, onto, off);
		return true;
	}

	offer_undo(was, text, onto, off) {
		const back = { start: was.span[0], onto: onto ? off : undefined, off: onto };
		const can_go_back = back.start > Date.now() / 60000 && (!onto || off);
		const action = can_go_back ? ` <a class="rb-undo" role="button" tabindex="0" data-action="undo">${__("Undo")}</a>` : "";
		frappe.show_alert({ message: frappe.utils.escape_html(text) + action, indicator: "green" }, 8, {
			undo: () => this.move(was.name, back, { undo: false }),
		});
	}

	/** Ask the server for a change; gives null, or the refusal's text with the slots that are open next. */
	ask(method, args) {
		return new Promise((resolve) => {
			frappe.call({
				method,
				args,
				silent: true,
				callback: (answer) => resolve(answer.exc ? refusal_in(answer) : null),
				error: (answer) => resolve(refusal_in(answer)),
			});
		});
	}
}

function refusal_in(answer) {
	let told = (answer && (answer.responseJSON || answer)) || {};
	if (answer && answer.responseText && !answer.responseJSON) {
		try {
			told = JSON.parse(answer.responseText);
		} catch (error) {
			told = {};
		}
	}
	const messages = JSON.parse(told._server_messages || "[]").map((text) => JSON.parse(text).message);
	const text = messages.map((message) => frappe.utils.html2text(message)).join(" ");
	return { text: text || __("The server did not answer. Try again."), next_open: told.next_open || [] };
}
