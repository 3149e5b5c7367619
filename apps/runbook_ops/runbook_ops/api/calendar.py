"""The calendar of bookings in the desk."""

import frappe
from frappe.utils import format_time

from ..store.booking_figures import resources_of_bookings

COLOURS = {
	"Requested": "#f8c471",
	"Held": "#f4d03f",
	"Confirmed": "#5dade2",
	"In Progress": "#a58be8",
	"Completed": "#58c98b",
	"Cancelled": "#cfd4d9",
	"No-show": "#ec7063",
}
MOST_EVENTS = 2000


@frappe.whitelist(methods=["GET", "POST"])
def get_events(
	start: str,
	end: str,
	doctype: str | None = None,
	filters: str | list | dict | None = None,
	fields: str | list | None = None,
	field_map: str | dict | None = None,
) -> list[dict]:
	"""The bookings that the user may read and that overlap [start, end), as calendar events; site time."""
	frappe.has_permission("Service Booking", "read", throw=True)
	wanted = frappe.parse_json(filters) or []
	if isinstance(wanted, dict):
		wanted = [["Service Booking", name, "=", value] for name, value in wanted.items()]
	wanted = [row[:4] for row in wanted]
	if not any(row[1] == "status" for row in wanted):
		wanted.append(["Service Booking", "status", "!=", "Cancelled"])
	rows = frappe.get_list(
		"Service Booking",
		filters=[
			*wanted,
			["Service Booking", "starts_at", "<", end],
			["Service Booking", "ends_at", ">", start],
		],
		fields=["name", "customer_name", "service", "status", "starts_at", "ends_at"],
		order_by="starts_at asc",
		limit=MOST_EVENTS,
	)
	people = resources_of_bookings([row.name for row in rows])
	return [_event(row, people.get(row.name, [])) for row in rows]


def _event(row: frappe._dict, people: list[str]) -> dict:
	who = f" ({', '.join(people)})" if people else ""
	title = f"{row.customer_name}: {row.service}{who}"
	return {
		"name": row.name,
		"title": title,
		"tooltip": f"{format_time(row.starts_at, 'HH:mm')} {title}, {frappe._(row.status)}",
		"starts_at": row.starts_at,
		"ends_at": row.ends_at,
		"status": row.status,
		"allDay": 0,
		"color": COLOURS[row.status],
	}
