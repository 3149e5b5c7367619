// The bar above the board: the day, people or rooms, filters, print, a new booking.

import { day_title, legend_html } from "./draw";
import { count_off } from "./model";
import { escape, today } from "./time";

const KEPT = "runbook_day_board";

export class Bar {
	constructor(board) {
		this.board = board;
		this.wish = { view: "people", off: false, kind: "", skill: "", territory: "", ...this.remembered() };
		board.page.set_primary_action(__("New booking"), () => board.panel.new_booking({}), "add");
		board.page.add_menu_item(__("Print this day"), () => window.print(), true);
		board.page.add_menu_item(__("Keys"), () => board.keys.help(), true);
		board.page.add_menu_item(__("All bookings"), () => frappe.set_route("List", "Service Booking"), true);
		this.make();
	}

	remembered() {
		try {
			return JSON.parse(localStorage.getItem(KEPT) || "{}");
		} catch (error) {
			return {};
		}
	}

	make() {
		this.$bar = $(`<div class="rb-bar">
			<div class="rb-nav btn-group" role="group" aria-label="${__("Day")}">
				<button class="btn btn-default btn-sm" data-go="-1" aria-label="${__("Previous day")}"><span aria-hidden="true">‹</span></button>
				<button class="btn btn-default btn-sm" data-go="today">${__("Today")}</button>
				<button class="btn btn-default btn-sm" data-go="1" aria-label="${__("Next day")}"><span aria-hidden="true">›</span></button>
			</div>
			<label class="rb-date btn btn-default btn-sm">${frappe.utils.icon("calendar", "sm")}<input type="date" aria-label="${__("Choose a day")}"></label>
			<div class="rb-view btn-group" role="group" aria-label="${__("Columns")}">
				<button class="btn btn-default btn-sm" data-view="people">${__("People")}</button>
				<button class="btn btn-default btn-sm" data-view="places">${__("Rooms and equipment")}</button>
			</div>
			<div class="rb-filters"></div>
			<div class="rb-legend" aria-hidden="true">${legend_html()}</div>
		</div>`).prependTo(this.board.$root);
		this.$bar.on("click", "[data-go]", (event) => this.go(event.currentTarget.dataset.go));
		this.$bar.on("click", "[data-view]", (event) => this.set({ view: event.currentTarget.dataset.view, kind: "" }));
		this.$bar.on("change", "input[type=date]", (event) => event.target.value && this.board.go(event.target.value));
		this.$bar.on("change", "select", (event) => this.set({ [event.target.name]: event.target.value }));
		this.$bar.on("change", "input[type=checkbox]", (event) => this.set({ off: event.target.checked }));
		this.$bar.find("input[type=date]").on("click", (event) => event.target.showPicker && event.target.showPicker());
	}

	go(where) {
		if (where === "today") this.board.go(today());
		else this.board.go_by(Number(where));
	}

	set(change) {
		Object.assign(this.wish, change);
		localStorage.setItem(KEPT, JSON.stringify(this.wish));
		this.board.draw();
	}

	refresh() {
		const { day } = this.board;
		this.board.page.set_title(day_title(day, this.board.narrow.matches ? "ddd D MMM" : undefined));
		this.$bar.find("input[type=date]").val(day.day);
		this.$bar.find("[data-go=today]").toggleClass("rb-on", day.day === today());
		for (const button of this.$bar.find("[data-view]")) {
			const on = button.dataset.view === this.wish.view;
			button.classList.toggle("rb-on", on);
			button.setAttribute("aria-pressed", on);
		}
		const html = this.filters_html(day);
		if (html !== this.filters) this.$bar.find(".rb-filters").html((this.filters = html));
	}

	filters_html(day) {
		const off = count_off(day, this.wish);
		const shown = this.wish.off || off;
		const text = this.wish.off ? __("Also who is off") : __("Also who is off ({0})", [off]);
		const kinds = this.wish.view === "places" ? ["Room", "Equipment"] : ["Person", "Crew"];
		return [
			this.choice("kind", __("Every kind"), kinds.filter((kind) => day.columns.some((one) => one.kind === kind)), (kind) => __(kind)),
			this.choice("skill", __("Every skill"), known(day, "skills")),
			this.choice("territory", __("Every territory"), known(day, "territories")),
			shown
				? `<label class="rb-off"><input type="checkbox" ${this.wish.off ? "checked" : ""}> <span>${text}</span></label>`
				: "",
		].join("");
	}

	choice(name, all, values, label = (value) => value) {
		if (values.length < 2 && !this.wish[name]) return "";
		const option = (value) =>
			`<option value="${escape(value)}" ${value === this.wish[name] ? "selected" : ""}>${escape(label(value))}</option>`;
		return `<select name="${name}" class="form-control input-xs" aria-label="${all}"><option value="">${all}</option>${values.map(option).join("")}</select>`;
	}
}

const known = (day, list) => [...new Set(day.columns.flatMap((column) => column[list]))].sort();
