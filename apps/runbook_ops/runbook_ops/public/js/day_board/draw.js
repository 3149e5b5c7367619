// The board's HTML: the bar, columns with their cards, the tray, and the list for narrow screens.

import { DOERS, cards_of, is_movable, load_of, tray_of } from "./model";
import { at, clock, escape, length_text, now_minute, span_text } from "./time";

const MARKS = { Requested: "?", Held: "…", Confirmed: "●", "In Progress": "▶", Completed: "✓", "No-show": "×" };
/** Pixels below which a card has room for one line, and for no more than two. */
const ONE_LINE = 38;
const THREE_LINES = 54;

export const STATES = Object.keys(MARKS);

const slug = (text) => text.toLowerCase().replace(/\s+/g, "-");
const within = (day, minute) => Math.min(Math.max(minute, day.hours.start), day.hours.end) - day.hours.start;

/** Where a stretch lies in a column; the styles turn minutes into height. */
const place = (day, start, end) => `--at:${within(day, start)};--for:${within(day, end) - within(day, start)}`;

/** What the state is, to see and to hear. */
export const mark_html = (status) =>
	`<span class="rb-state rb-is-${slug(status)}" aria-hidden="true">${MARKS[status] || ""}</span>`;

export function hours_html(day) {
	const marks = day.marks
		.filter(([minute]) => minute >= day.hours.start && minute < day.hours.end)
		.map(([minute]) => `<span class="rb-hour" style="--at:${minute - day.hours.start}">${clock(minute)}</span>`);
	return marks.join("");
}

export function now_html(day) {
	const now = now_minute();
	if (now < day.hours.start || now > day.hours.end) return "";
	return `<div class="rb-now" style="--at:${Math.round(now - day.hours.start)}"><span>${clock(now)}</span></div>`;
}

export function head_html(day, column, cards) {
	const load = load_of(day, column, cards);
	const full = load.open ? Math.min(100, Math.round((100 * load.booked) / load.open)) : 0;
	const kind = DOERS.includes(column.kind) && column.kind !== "Crew" ? "" : `<span class="rb-kind">${__(column.kind)}</span>`;
	const told = !column.works
		? column.holiday
			? __("Holiday")
			: __("Not at work")
		: load.count
		? `${load.count === 1 ? __("1 visit") : __("{0} visits", [load.count])} · ${length_text(load.booked)}`
		: __("Nothing booked");
	return `<div class="rb-who" title="${escape([...column.skills, ...column.territories].join(", "))}">
			<b>${escape(column.name)}</b>${kind}</div>
		<div class="rb-load">${told}</div>
		<div class="rb-full" role="presentation"><i style="inline-size:${full}%"></i></div>`;
}

export function body_html(day, column, cards, active) {
	const closed = column.closed
		.filter(([start, end]) => end > day.hours.start && start < day.hours.end)
		.map(([start, end]) => `<div class="rb-closed" style="${place(day, start, end)}"></div>`);
	const away = day.away
		.filter((one) => one.on === column.name && one.span[1] > day.hours.start && one.span[0] < day.hours.end)
		.map((one) => away_html(day, one, active));
	return [...closed, ...away, ...cards.map((card) => card_html(day, column, card, active))].join("");
}

function away_html(day, one, active) {
	const reason = one.reason || __("Away");
	const label = `${__("Blocked")} ${span_text(one.span)}, ${reason}, ${one.on}`;
	return `<div class="rb-away" role="button" tabindex="${one.name === active ? 0 : -1}" data-id="${escape(one.name)}" data-kind="away"
		data-column="${escape(one.on)}" style="${place(day, ...one.span)}" aria-label="${escape(label)}"><span>${escape(reason)}</span></div>`;
}

export function card_html(day, column, card, active) {
	const look = LOOKS[card.kind](card, column);
	const frame = `--lane:${card.lane};--lanes:${card.lanes}`;
	const buffers = [
		card.before && `<div class="rb-buffer" style="${place(day, card.start - card.before, card.start)};${frame}"></div>`,
		card.after && `<div class="rb-buffer" style="${place(day, card.end, card.end + card.after)};${frame}"></div>`,
	];
	const height = (card.end - card.start) * day.hours.px;
	const fit = height < ONE_LINE ? "rb-tiny" : height < THREE_LINES ? "rb-short" : "";
	return `${buffers.filter(Boolean).join("")}<div class="rb-card ${look.classes} ${fit}" role="button" aria-haspopup="dialog"
		tabindex="${card.id === active ? 0 : -1}" data-id="${escape(card.id)}" data-kind="${card.kind}" data-column="${escape(column.name)}"
		${look.movable ? "data-movable" : ""} style="${place(day, card.start, card.end)};${frame}" aria-label="${escape(look.label)}">
		${look.html}</div>`;
}

const LOOKS = {
	booking(card, column) {
		const booking = card.of;
		const time = span_text([card.start, card.end]);
		const astray = booking.astray.includes(column.name);
		const warning = astray ? __("outside the working hours") : "";
		const via = card.via ? __("with {0}", [card.via]) : "";
		return {
			movable: is_movable(booking),
			classes: `rb-is-${slug(booking.status)} ${astray ? "rb-astray" : ""} ${booking.pending ? "rb-pending" : ""}`,
			label: [time, booking.customer, booking.service, __(booking.status), column.name, via, warning].filter(Boolean).join(", "),
			html: `<div class="rb-line"><span class="rb-at">${clock(card.start)}</span>
				<b>${escape(booking.customer)}</b>${astray ? `<span class="rb-warn" title="${escape(warning)}">!</span>` : ""}${mark_html(booking.status)}</div>
				<div class="rb-what">${escape(booking.service)}</div>
				${via ? `<div class="rb-via">${escape(via)}</div>` : ""}`,
		};
	},
	class(card, column) {
		const { service, taken, capacity } = card.of;
		const seats = capacity ? __("{0} of {1} seats", [taken, capacity]) : __("{0} seats taken", [taken]);
		return {
			classes: `rb-class ${capacity && taken >= capacity ? "rb-is-full" : ""}`,
			label: [span_text([card.start, card.end]), __("Class"), service, seats, column.name].join(", "),
			html: `<div class="rb-line"><span class="rb-at">${clock(card.start)}</span><b>${escape(service)}</b></div>
				<div class="rb-what">${seats}</div>`,
		};
	},
	hold(card, column) {
		const until = card.of.expires ? __("until {0}", [clock(card.of.expires / 60)]) : "";
		return {
			classes: "rb-hold",
			label: [span_text([card.start, card.end]), __("Held for a customer"), card.of.service, until, column.name].filter(Boolean).join(", "),
			html: `<div class="rb-line"><span class="rb-at">${clock(card.start)}</span><b>${__("Held online")}</b></div>
				<div class="rb-what">${escape(card.of.service || "")} ${until}</div>`,
		};
	},
};

export function tray_html(day, active) {
	const waiting = tray_of(day);
	if (!waiting.length) return `<p class="rb-none">${__("Nobody is waiting for a place on this day.")}</p>`;
	return waiting
		.map((booking) => {
			const wish = booking.chosen.length ? __("asks for {0}", [booking.chosen.join(", ")]) : __("anyone");
			const label = [clock(booking.span[0]), booking.customer, booking.service, __(booking.status), wish].join(", ");
			return `<div class="rb-card rb-waiting rb-is-${slug(booking.status)} ${booking.pending ? "rb-pending" : ""}" role="button" aria-haspopup="dialog"
				tabindex="${booking.name === active ? 0 : -1}" data-id="${escape(booking.name)}" data-kind="booking" data-column="" data-movable
				aria-label="${escape(label)}">
				<div class="rb-line"><span class="rb-at">${clock(booking.span[0])}</span><b>${escape(booking.customer)}</b>${mark_html(booking.status)}</div>
				<div class="rb-what">${escape(booking.service)} · ${length_text(booking.span[1] - booking.span[0])}</div>
				<div class="rb-via">${escape(wish)}</div></div>`;
		})
		.join("");
}

/** The day as a list by person, for a phone. */
export function list_html(day, columns, active) {
	return columns
		.map((column) => {
			const cards = cards_of(day, column.name);
			const away = day.away.filter((one) => one.on === column.name);
			const rows = [
				...cards.map((card) => ({ start: card.start, html: row_html(column, card, active) })),
				...away.map((one) => ({ start: one.span[0], html: `<div class="rb-row rb-row-away">${span_text(one.span)} ${escape(one.reason || __("Away"))}</div>` })),
			].sort((a, b) => a.start - b.start);
			return `<section class="rb-person" aria-label="${escape(column.name)}"><header>${head_html(day, column, cards)}</header>
				${rows.map((row) => row.html).join("") || `<div class="rb-none">${__("Nothing booked")}</div>`}</section>`;
		})
		.join("");
}

function row_html(column, card, active) {
	const look = LOOKS[card.kind](card, column);
	return `<div class="rb-card rb-row ${look.classes}" role="button" aria-haspopup="dialog" tabindex="${card.id === active ? 0 : -1}" data-id="${escape(card.id)}"
		data-kind="${card.kind}" data-column="${escape(column.name)}" aria-label="${escape(look.label)}">
		<span class="rb-row-time">${span_text([card.start, card.end])}</span><div>${look.html}</div></div>`;
}

export const day_title = (day, format = "dddd D MMMM YYYY") => at(day.start + 12 * 60).format(format);

export const legend_html = () =>
	STATES.map((state) => `<span class="rb-legend-one">${mark_html(state)}${__(state)}</span>`).join("");
