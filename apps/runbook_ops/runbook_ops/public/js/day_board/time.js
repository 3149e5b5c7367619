// UTC minutes of the server as the reader's clock shows them, and back.

/** The reader's time zone, as the desk knows it. */
export const zone = () => (frappe.boot.time_zone && frappe.boot.time_zone.user) || moment.tz.guess();

export const at = (minute) => moment.unix(minute * 60).tz(zone());

const format = () => frappe.datetime.get_user_time_fmt().replace(/[:.]s{1,2}/g, "").trim();

export const clock = (minute) => at(minute).format(format());

export const span_text = ([start, end]) => `${clock(start)}–${clock(end)}`;

/** A minute as the server's functions take it: ISO 8601 with its offset. */
export const iso = (minute) => moment.unix(minute * 60).utc().format("YYYY-MM-DDTHH:mm:ss[+00:00]");

/** A minute as a form's field keeps it: site time. */
export const site_text = (minute) =>
	moment
		.unix(minute * 60)
		.tz((frappe.boot.time_zone && frappe.boot.time_zone.system) || zone())
		.locale("en")
		.format("YYYY-MM-DD HH:mm:ss");

export const now_minute = () => Date.now() / 60000;

export const today = () => frappe.runbook.now().locale("en").format("YYYY-MM-DD");

export const escape = (text) => frappe.utils.escape_html(String(text ?? ""));

/** Minutes as people say them. */
export function length_text(minutes) {
	const hours = Math.floor(minutes / 60);
	const rest = minutes % 60;
	if (!hours) return __("{0} min", [rest]);
	return rest ? __("{0} h {1} min", [hours, rest]) : __("{0} h", [hours]);
}
