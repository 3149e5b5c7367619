// What stands where on the board: the server's day as columns with cards, and a tray for what has no place yet.

import { now_minute } from "./time";

export const DOERS = ["Person", "Crew"];
const OPEN = ["Requested", "Held", "Confirmed"];

/** Whether a booking may still be moved. */
export const is_movable = (booking) => OPEN.includes(booking.status);

/** The columns that the reader wants to see, people and crews or rooms and equipment. */
export function visible_columns(day, wish) {
	const busy = new Set(day.bookings.flatMap((booking) => [...Object.keys(booking.on), ...booking.chosen]));
	for (const one of [...day.holds, ...day.classes]) one.on.forEach((name) => busy.add(name));
	return day.columns.filter(
		(column) =>
			DOERS.includes(column.kind) === (wish.view !== "places") &&
			(wish.off || column.works || busy.has(column.name)) &&
			(!wish.kind || column.kind === wish.kind) &&
			(!wish.skill || column.skills.includes(wish.skill)) &&
			(!wish.territory || !column.territories.length || column.territories.includes(wish.territory))
	);
}

/** How many of this view's columns are hidden because nobody is at work there. */
export function count_off(day, wish) {
	const all = visible_columns(day, { ...wish, off: true }).length;
	return all - visible_columns(day, { ...wish, off: false }).length;
}

/** The cards of a column, in time order, each with its lane among those it overlaps. */
export function cards_of(day, name) {
	const cards = [
		...day.bookings.filter((one) => one.status !== "Requested" && !one.session).flatMap((one) => booking_cards(one, name)),
		...day.classes.filter((one) => one.on.includes(name)).map((one) => ({ ...framed(one, one.span, one.held), kind: "class", of: one })),
		...day.holds.filter((one) => one.on.includes(name) && !is_over(one)).map((one) => ({ ...framed(one, one.span, one.span), kind: "hold", of: one })),
	];
	cards.sort((a, b) => a.start - b.start || a.end - b.end);
	return in_lanes(cards.filter((card) => card.end > day.start && card.start < day.end));
}

const is_over = (hold) => hold.expires && hold.expires / 60 <= now_minute();

function booking_cards(booking, name) {
	const claims = booking.on[name] || (booking.chosen.includes(name) ? [booking.span] : []);
	return claims.map((claim) => {
		const visit = [Math.max(claim[0], booking.span[0]), Math.min(claim[1], booking.span[1])];
		const whole = visit[0] < visit[1] ? visit : claim;
		const via = booking.chosen.includes(name) ? null : booking.chosen.find((one) => one in booking.on) || null;
		return { ...framed(booking, whole, claim), kind: "booking", of: booking, via };
	});
}

function framed(one, [start, end], [from, until]) {
	return { id: one.name, start, end, before: Math.max(0, start - from), after: Math.max(0, until - end) };
}

function in_lanes(cards) {
	let group = [];
	let until = -Infinity;
	const close = () => {
		const lanes = Math.max(0, ...group.map((card) => card.lane + 1));
		for (const card of group) card.lanes = lanes;
		group = [];
	};
	for (const card of cards) {
		if (card.start >= until) close();
		const taken = new Set(group.filter((other) => other.end > card.start).map((other) => other.lane));
		card.lane = 0;
		while (taken.has(card.lane)) card.lane += 1;
		group.push(card);
		until = Math.max(until, card.end);
	}
	close();
	return cards;
}

/** Requests, and visits that nobody on the board does. */
export function tray_of(day) {
	const known = new Set(day.columns.map((column) => column.name));
	return day.bookings.filter(
		(one) =>
			one.status === "Requested" ||
			(is_movable(one) && !one.session && ![...Object.keys(one.on), ...one.chosen].some((name) => known.has(name)))
	);
}

/** The full hours from the earliest to the latest that these columns work or have something in. */
export function shown_hours(day, columns) {
	const spans = columns.flatMap((column) => [
		...open_spans(day, column),
		...cards_of(day, column.name).map((card) => [Math.max(card.start, day.start), Math.min(card.end, day.end)]),
	]);
	if (!spans.length) spans.push([day.start + 8 * 60, day.start + 18 * 60]);
	const first = Math.min(...spans.map(([start]) => start)) - day.start;
	const last = Math.max(...spans.map(([, end]) => end)) - day.start;
	return { start: day.start + Math.floor(first / 60) * 60, end: Math.min(day.end, day.start + Math.ceil(last / 60) * 60) };
}

/** When a column works: what its closed stretches leave of the day. */
function open_spans(day, column) {
	const edges = [day.start, ...column.closed.flat(), day.end];
	return edges.flatMap((edge, index) => (index % 2 || edge >= edges[index + 1] ? [] : [[edge, edges[index + 1]]]));
}

/** How full a column is: booked and open minutes of the day. */
export function load_of(day, column, cards) {
	const closed = column.closed.reduce((sum, [start, end]) => sum + end - start, 0);
	const away = day.away
		.filter((one) => one.on === column.name)
		.reduce((sum, { span }) => sum + overlap(span, [day.start, day.end]), 0);
	const booked = cards
		.filter((card) => card.kind !== "hold" && card.of.status !== "No-show")
		.reduce((sum, card) => sum + overlap([card.start, card.end], [day.start, day.end]), 0);
	return { booked, open: Math.max(0, day.end - day.start - closed), away, count: cards.filter((card) => card.kind !== "hold").length };
}

const overlap = (one, other) => Math.max(0, Math.min(one[1], other[1]) - Math.max(one[0], other[0]));

/** The day as it will be when a booking is moved: what the eye sees before the server has answered. */
export function moved(day, name, { start, onto, off }) {
	const bookings = day.bookings.map((booking) => {
		if (booking.name !== name) return booking;
		const by = start === undefined ? 0 : start - booking.span[0];
		const shift = ([from, until]) => [from + by, until + by];
		const given = (one) => (onto && one === off ? onto : one);
		const on = Object.fromEntries(Object.entries(booking.on).map(([one, claims]) => [given(one), claims.map(shift)]));
		const chosen = booking.chosen.map(given);
		if (onto && !chosen.includes(onto)) chosen.push(onto);
		const status = booking.status === "Requested" ? "Held" : booking.status;
		return { ...booking, span: shift(booking.span), on, chosen, status, pending: true };
	});
	return { ...day, bookings };
}
