"""The Day Board: a day to show, and what is done on it by hand."""

from datetime import tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import frappe
from frappe.utils import nowdate

from ..core.refusal import Refusal
from ..errors import BookingRefused
from ..messages import refuse
from ..operations import assign_booking, rank_candidates
from ..operations.read_board import read_board
from ..site_time import site_zone, to_site
from ..store.day_board import resources_of_user
from .inputs import to_day, to_moment
from .retry import retried


@frappe.whitelist(methods=["GET", "POST"])
def day(day: str | None = None, zone: str | None = None, seen: str | None = None) -> dict:
	"""A day's board in this time zone (left out: the site's), today's when no day is given.

	Who makes bookings sees everybody, others their own column. `seen`: the `stamp` of the last answer; when nothing has changed, only that comes back.
	"""
	frappe.has_permission("Service Booking", "read", throw=True)
	only = (
		None if frappe.has_permission("Service Booking", "create") else resources_of_user(frappe.session.user)
	)
	return read_board(to_day(day or nowdate(), "day"), _zone(zone), only, seen)


@frappe.whitelist(methods=["POST"])
@retried
def move(
	booking: str,
	starts_at: str | None = None,
	onto: str | None = None,
	off: str | None = None,
	confirm: bool = False,
) -> dict:
	"""Move a booking to another start, and from one resource (`off`) to another (`onto`); what else it has stays.

	A request can be confirmed with it. Answers 409 with `next_open` when the time is taken.
	"""
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	start = to_moment(starts_at, "starts_at") if starts_at else None
	assign_booking.move_booking(booking, start, onto, off, confirm)
	return _told(booking)


@frappe.whitelist(methods=["POST"])
@retried
def book(
	customer: str, service: str, starts_at: str, resource: str | None = None, confirm: bool = False
) -> dict:
	"""Book a visit with this person or in this room, and with whoever is free for what else the service needs."""
	frappe.has_permission("Service Booking", "create", throw=True)
	values = {
		"customer": customer,
		"service": service,
		"starts_at": to_site(to_moment(starts_at, "starts_at")),
	}
	return _told(assign_booking.book_with(values, resource, confirm))


@frappe.whitelist(methods=["GET", "POST"])
def candidates(booking: str) -> list[dict]:
	"""Who could take a booking, the best first: `resource`, `fits`, `able`, `current`, and `reasons` (`text`, `good`)."""
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	return rank_candidates.tell_candidates(booking)


@frappe.whitelist(methods=["POST"])
@retried
def assign(booking: str, resource: str) -> dict:
	"""Give a booking to this person or crew, in the place of whoever has it; its time stays."""
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	assign_booking.assign_booking(booking, resource)
	return _told(booking)


@frappe.whitelist(methods=["POST"])
def block(resource: str, starts_at: str, ends_at: str, reason: str | None = None) -> str:
	"""Block somebody's time; gives the number of the Resource Time Off."""
	frappe.has_permission("Resource Time Off", "create", throw=True)
	start, end = to_moment(starts_at, "starts_at"), to_moment(ends_at, "ends_at")
	times = {"starts_at": to_site(start), "ends_at": to_site(end)}
	return (
		frappe.get_doc({"doctype": "Resource Time Off", "resource": resource, "reason": reason, **times})
		.insert()
		.name
	)


def _zone(name: str | None) -> tzinfo:
	try:
		return ZoneInfo(name) if name else site_zone()
	except (ZoneInfoNotFoundError, ValueError, OSError):
		refuse(Refusal("unknown_zone", "zone", {"value": name}), BookingRefused)


def _told(booking: str) -> dict:
	doc = frappe.get_doc("Service Booking", booking)
	return {
		"name": doc.name,
		"status": doc.status,
		"starts_at": str(doc.starts_at),
		"resources": [row.resource for row in doc.resources],
	}
