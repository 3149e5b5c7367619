// The board on paper: landscape sheets of a few columns each, made for the time of printing.

import { body_html, day_title, head_html, hours_html, legend_html } from "./draw";
import { cards_of } from "./model";

const A_SHEET = 8;

export class Sheets {
	constructor(board) {
		this.board = board;
		window.addEventListener("beforeprint", () => this.make());
		window.addEventListener("afterprint", () => this.remove());
	}

	make() {
		this.remove();
		const { day, columns, visible } = this.board;
		if (!visible || !day) return;
		const count = Math.max(1, Math.ceil(columns.length / A_SHEET));
		const each = Math.ceil(columns.length / count) || 1;
		const sheets = [...Array(count).keys()].map((number) => this.sheet(day, columns.slice(number * each, (number + 1) * each), number, count));
		document.body.classList.add("rb-printing");
		$(`<div class="rb-sheets">${sheets.join("")}</div>`).appendTo(document.body);
	}

	remove() {
		document.body.classList.remove("rb-printing");
		$(".rb-sheets").remove();
	}

	sheet(day, columns, number, count) {
		const parts = columns.map((column) => {
			const cards = cards_of(day, column.name);
			return `<div class="rb-head">${head_html(day, column, cards)}</div><div class="rb-col">${body_html(day, column, cards)}</div>`;
		});
		const minutes = day.hours.end - day.hours.start;
		const page = count > 1 ? ` <small>${number + 1}/${count}</small>` : "";
		return `<section class="rb-sheet"><header><h2>${day_title(day)}${page}</h2><div class="rb-legend">${legend_html()}</div></header>
			<div class="rb-grid" style="--minutes:${minutes};--columns:${columns.length}">
			<div class="rb-corner"></div><div class="rb-hours">${hours_html(day)}</div>${parts.join("")}</div></section>`;
	}
}
