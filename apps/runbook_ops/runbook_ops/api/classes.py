"""Classes for programs and the desk: sessions with seats, cancel one, complete one."""

from datetime import timedelta

import frappe

from ..core.classes import SessionStatus
from ..operations.find_sessions import MOST_SESSIONS, find_sessions
from ..site_time import to_site, utc_now
from .inputs import to_moment
from .retry import retried

LOOK_AHEAD = timedelta(days=28)


@frappe.whitelist(methods=["GET", "POST"])
def open_sessions(
	service: str, first: str, last: str | None = None, seats: int = 1, limit: int = 50
) -> list[dict]:
	"""Sessions of a class that start in [first, last), site time, with so many seats left; `last` defaults to four weeks later.

	Each: `class_session`, `starts_at`, `ends_at` (site time, ISO 8601), `resources`, `free`, `capacity`.
	"""
	frappe.has_permission("Service Booking", "read", throw=True)
	start = to_moment(first, "first")
	end = to_moment(last, "last") if last else start + LOOK_AHEAD
	found = find_sessions(service, max(start, utc_now()), end, seats, min(max(limit, 1), MOST_SESSIONS))
	return [
		{
			"class_session": session.session,
			"starts_at": to_site(session.starts_at).isoformat(),
			"ends_at": to_site(session.ends_at).isoformat(),
			"resources": list(session.resources),
			"free": session.free,
			"capacity": session.capacity,
		}
		for session in found
	]


@frappe.whitelist(methods=["POST"])
@retried
def cancel(session: str, reason: str) -> dict:
	"""Cancel a class with a reason: its bookings are cancelled, and somebody is asked to offer each customer another one."""
	_may_write(session)
	return _set(session, status=SessionStatus.CANCELLED, cancel_reason=reason)


@frappe.whitelist(methods=["POST"])
@retried
def complete(session: str) -> dict:
	"""The class has taken place: so have its bookings, but for those marked as no-show."""
	_may_write(session)
	return _set(session, status=SessionStatus.COMPLETED)


def _may_write(session: str) -> None:
	frappe.has_permission("Class Session", "write", session, throw=True)


def _set(session: str, **values) -> dict:
	doc = frappe.get_doc("Class Session", session)
	doc.update(values)
	doc.save()
	return {"name": doc.name, "status": doc.status, "seats_taken": doc.seats_taken}
