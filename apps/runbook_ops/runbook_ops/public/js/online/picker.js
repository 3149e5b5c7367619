// Choose a day in a month, then a time on it. Used for a first booking and for moving one.

import data, { __, h, note, say, waiting } from "./page.js";
import { ask } from "./ask.js";
import * as time from "./time.js";

const MONTHS_AHEAD = 12;
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

export class Picker {
	/** `asked`: what is looked for, as the server takes it; `chosen(slot)` is called with a time. */
	constructor(asked, chosen) {
		this.asked = asked;
		this.chosen = chosen;
		this.month = time.add_months(data.today, 0);
		this.day = null;
		this.days = {};
		this.calendar = h("div.rb-calendar");
		this.times = h("div.rb-times");
		this.element = h("div.rb-picker", {}, this.calendar, this.times);
	}

	async start() {
		for (let ahead = 0; ahead < MONTHS_AHEAD; ahead++) {
			await this.load();
			const first = Object.keys(this.days).sort()[0];
			if (first) return this.choose_day(first);
			if (ahead < 2) this.month = time.add_months(this.month, 1);
			else break;
		}
		this.month = time.add_months(data.today, 0);
		await this.load();
		this.times.replaceChildren(
			note("calm", __("There is no open time in the next three months. Please choose somebody else, or contact us: {0}.", [data.contact]))
		);
		say(this.times.textContent);
	}

	async load() {
		this.draw(true);
		const first = this.month < data.today ? data.today : this.month;
		const last = time.add_days(time.add_months(this.month, 1), -1);
		say(__("Looking for open days in {0}", [time.month_text(this.month)]));
		try {
			this.days = (await ask("open_days", { ...this.asked, first, last }, () => say(__("The line is slow. Trying again.")))).days;
		} catch (error) {
			this.days = {};
			this.fail(error, () => this.load());
		}
		this.draw(false);
	}

	async turn(months) {
		this.month = time.add_months(this.month, months);
		this.day = null;
		this.times.replaceChildren();
		await this.load();
		const count = Object.keys(this.days).length;
		const told = count
			? __("{0}: {1} days with open times", [time.month_text(this.month), count])
			: __("No open time in {0}.", [time.month_text(this.month)]);
		say(told);
		if (!count) this.times.replaceChildren(note("calm", told));
	}

	draw(loading) {
		const held = document.activeElement && this.calendar.contains(document.activeElement) && document.activeElement.dataset;
		const back = { ...held };
		this.calendar.replaceChildren(this.head(), this.grid(loading));
		if (back.day) this.focus_day(back.day);
		else if (back.turn) this.calendar.querySelector(`[data-turn="${back.turn}"]`)?.focus();
	}

	head() {
		const turn = (by, label, sign, stop) =>
			h("button.rb-turn", { type: "button", "aria-label": label, "data-turn": by, onclick: () => this.turn(by), disabled: stop }, sign);
		const rtl = document.documentElement.dir === "rtl";
		return h(
			"div.rb-month",
			{},
			turn(-1, __("Earlier month"), rtl ? "›" : "‹", this.month <= data.today),
			h("h3", { "aria-live": "off" }, time.month_text(this.month)),
			turn(1, __("Later month"), rtl ? "‹" : "›", this.month >= time.add_months(data.today, MONTHS_AHEAD))
		);
	}

	grid(loading) {
		const names = time.weekday_names().map(([short, long]) => h("th", { scope: "col", abbr: long }, short));
		const rows = [];
		let day = time.add_days(this.month, -time.weekday(this.month));
		const end = time.add_months(this.month, 1);
		const reachable = this.reachable();
		while (day < end) {
			const cells = [];
			for (let place = 0; place < 7; place++, day = time.add_days(day, 1)) {
				cells.push(day.slice(0, 7) === this.month.slice(0, 7) ? this.cell(day, day === reachable) : h("td"));
			}
			rows.push(h("tr", {}, cells));
		}
		return h(
			"table.rb-days",
			{ "aria-label": time.month_text(this.month), "aria-busy": String(loading), class: loading ? "rb-days rb-loading" : "rb-days" },
			h("thead", {}, h("tr", {}, names)),
			h("tbody", { onkeydown: (event) => this.key(event) }, rows)
		);
	}

	cell(day, reachable) {
		const open = this.days[day] || 0;
		const chosen = day === this.day;
		return h(
			"td",
			{},
			h(
				"button.rb-day",
				{
					type: "button",
					"data-day": day,
					"aria-label": open ? __("{0}, {1} open times", [time.date_text(day), open]) : __("{0}, nothing open", [time.date_text(day)]),
					"aria-pressed": String(chosen),
					"aria-disabled": open ? null : "true",
					"aria-current": day === data.today ? "date" : null,
					tabindex: reachable ? "0" : "-1",
					onclick: () => open && this.choose_day(day),
				},
				String(Number(day.slice(8)))
			)
		);
	}

	/** The one day of the month that Tab reaches; arrows go on from there. */
	reachable() {
		if (this.day && this.day.startsWith(this.month.slice(0, 7))) return this.day;
		const open = Object.keys(this.days).sort()[0];
		return open || (data.today > this.month ? data.today : this.month);
	}

	key(event) {
		const from = event.target.dataset.day;
		let step = STEPS[event.key];
		if (!from || !step) return;
		if (document.documentElement.dir === "rtl" && Math.abs(step) === 1) step = -step;
		event.preventDefault();
		this.focus_day(time.add_days(from, step));
	}

	focus_day(day) {
		const button = this.calendar.querySelector(`[data-day="${day}"]`);
		if (!button) return;
		this.calendar.querySelectorAll('.rb-day[tabindex="0"]').forEach((other) => (other.tabIndex = -1));
		button.tabIndex = 0;
		button.focus();
	}

	async choose_day(day) {
		this.day = day;
		this.draw(false);
		this.times.replaceChildren(waiting(__("Looking for open times on {0}", [time.date_text(day)])));
		let slots;
		try {
			slots = (await ask("open_slots", { ...this.asked, first: day })).slots;
		} catch (error) {
			return this.fail(error, () => this.choose_day(day));
		}
		if (this.day !== day) return;
		this.show_times(day, slots);
	}

	show_times(day, slots) {
		if (!slots.length) {
			const told = __("All times on {0} have been taken meanwhile. Please choose another day.", [time.date_text(day)]);
			this.times.replaceChildren(note("calm", told));
			return say(told);
		}
		const parts = [
			[__("Morning"), slots.filter((slot) => time.hour_of(slot.starts_at) < 12)],
			[__("Afternoon"), slots.filter((slot) => time.hour_of(slot.starts_at) >= 12 && time.hour_of(slot.starts_at) < 17)],
			[__("Evening"), slots.filter((slot) => time.hour_of(slot.starts_at) >= 17)],
		];
		const shown = parts.filter(([, found]) => found.length).map(([title, found]) =>
			h("section", {}, h("h4", {}, title), h("div.rb-slots", {}, found.map((slot) => this.button(slot))))
		);
		this.times.replaceChildren(h("h3", {}, time.date_text(day)), ...shown);
		say(__("{0} open times on {1}", [slots.length, time.date_text(day)]));
	}

	button(slot) {
		const own = time.own_time(slot.starts_at);
		return h(
			"button.rb-time",
			{ type: "button", "data-start": slot.starts_at, onclick: () => this.chosen(slot) },
			h("span", {}, time.time_text(slot.starts_at)),
			own && h("small", {}, __("{0} your time", [own])),
			slot.free && h("small", {}, __("{0} places left", [slot.free]))
		);
	}

	fail(error, again) {
		const text = error.code ? error.message : __("We can't be reached at the moment. Check your connection and try again.");
		this.times.replaceChildren(note("bad", h("p", {}, text), h("button.rb-plain", { type: "button", onclick: again }, __("Try again"))));
	}
}
