// Days and times as people read them, always in the site's zone; what the visitor's own clock says is added where it differs.

import data, { __ } from "./page.js";

const zone = data.zone;
const own_zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

function write(moment, options, timeZone = zone) {
	return new Intl.DateTimeFormat(data.lang, { ...options, timeZone }).format(new Date(moment));
}

const clock = { hour: "numeric", minute: "2-digit" };

export const time_text = (moment) => write(moment, clock);
export const day_text = (moment) => write(moment, { weekday: "long", day: "numeric", month: "long" });
export const long_text = (moment) =>
	write(moment, { weekday: "long", day: "numeric", month: "long", year: "numeric", ...clock });

export function hour_of(moment) {
	return Number(new Intl.DateTimeFormat("en-GB", { timeZone: zone, hour: "2-digit" }).format(new Date(moment))) % 24;
}

/** The visitor's own time of a moment, when it differs from the site's; else nothing. */
export function own_time(moment) {
	const own = write(moment, { weekday: "short", ...clock }, own_zone);
	return own === write(moment, { weekday: "short", ...clock }) ? "" : own;
}

/** In which zone the times are, said plainly. */
export function zone_text(moment) {
	const place = zone.split("/").pop().replaceAll("_", " ");
	const name = new Intl.DateTimeFormat(data.lang, { timeZone: zone, timeZoneName: "long" })
		.formatToParts(new Date(moment || Date.now()))
		.find((part) => part.type === "timeZoneName");
	const told = __("All times are local time in {0} ({1}).", [place, name ? name.value : zone]);
	return own_time(moment || Date.now()) ? `${told} ${__("Your own clock shows another time.")}` : told;
}

export function length_text(minutes) {
	const hours = Math.floor(minutes / 60);
	const rest = minutes % 60;
	if (!hours) return __("{0} min", [rest]);
	return rest ? __("{0} h {1} min", [hours, rest]) : __("{0} h", [hours]);
}

// -- days as plain text, without any clock

const utc = (day) => new Date(`${day}T12:00:00Z`);
const text_of = (date) => date.toISOString().slice(0, 10);

export function add_days(day, number) {
	const date = utc(day);
	date.setUTCDate(date.getUTCDate() + number);
	return text_of(date);
}

export function add_months(day, number) {
	const date = utc(`${day.slice(0, 7)}-01`);
	date.setUTCMonth(date.getUTCMonth() + number);
	return text_of(date);
}

export const month_text = (day) =>
	new Intl.DateTimeFormat(data.lang, { month: "long", year: "numeric", timeZone: "UTC" }).format(utc(day));
export const date_text = (day) =>
	new Intl.DateTimeFormat(data.lang, { weekday: "long", day: "numeric", month: "long", timeZone: "UTC" }).format(utc(day));
export const weekday = (day) => (utc(day).getUTCDay() - first_weekday() + 7) % 7;

export function weekday_names() {
	const monday = "2026-11-30";
	const first = add_days(monday, first_weekday() - 1);
	const days = Array.from({ length: 7 }, (_, place) => utc(add_days(first, place)));
	const named = (style) => days.map((date) => new Intl.DateTimeFormat(data.lang, { weekday: style, timeZone: "UTC" }).format(date));
	const short = named("short");
	const fits = short.every((name) => name.length <= 4);
	const long = named("long");
	return (fits ? short : named("narrow")).map((name, place) => [name, long[place]]);
}

/** 0 is Sunday; where the language does not tell, Monday. */
function first_weekday() {
	try {
		const locale = new Intl.Locale(data.locale || data.lang);
		const info = locale.getWeekInfo ? locale.getWeekInfo() : locale.weekInfo;
		return (info ? info.firstDay : 1) % 7;
	} catch {
		return 1;
	}
}
