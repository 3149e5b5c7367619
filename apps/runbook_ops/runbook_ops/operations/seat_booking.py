"""Seats in classes for bookings: which session is meant, and the seats taken, moved and given back under its lock."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from ..core.booking import CLAIMING, BookingStatus
from ..core.classes import Session, check_seats_wanted
from ..core.refusal import Refusal
from ..site_time import from_site, to_utc
from ..store import class_seats
from ..store.services import Service
from .find_sessions import session_at
from .refuse_visit import refuse_class

SESSION = ("name", "service", "status", "capacity", "seats_taken", "starts_at", "ends_at")
ENDED = (BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW)


def is_class(service: Service) -> bool:
	"""Whether customers take seats in its sessions."""
	return service.capacity > 1


def join_session(booking: Document, before: Document | None, service: Service) -> None:
	"""Find the session that a booking for a class means, and take over its times and who leads it.

	The session that is named, or the one that starts when the booking does. Raises BookingRefused with the next sessions.
	"""
	if booking.status in ENDED:
		return
	booking.seats = booking.seats or 1
	session = _session_meant(booking, before, service)
	same = before and before.class_session == session.name and before.seats == booking.seats
	if not same or (before and before.status not in CLAIMING and booking.status in CLAIMING):
		_check(booking, service, session)
	booking.class_session = session.name
	booking.starts_at, booking.ends_at = session.starts_at, session.ends_at
	booking.ends_at_utc = to_utc(from_site(session.ends_at))
	_name_leaders(booking, session.name)


def refuse_seen_full(booking: Document, service: Service) -> None:
	"""Refuse a new booking of a class whose session is seen to be full, before all that an insert asks for; as the claim itself would."""
	which = (
		{"name": booking.class_session}
		if booking.class_session
		else {"starts_at": get_datetime(booking.starts_at)}
	)
	filters = {"service": service.name, "status": "Scheduled", **which}
	seen = frappe.get_all("Class Session", filters, ["capacity", "seats_taken"], order_by="name asc")
	wanted = booking.seats or 1
	if seen and all(one.seats_taken + wanted > one.capacity >= wanted for one in seen):
		_refuse_full(booking, service, seen[0].capacity, seen[0].capacity - seen[0].seats_taken)


def leave_session(booking: Document) -> None:
	"""A booking for anything but a class has no session."""
	booking.class_session = None
	booking.seats = 1


def bring_seats_in_line(booking: Document, service: Service) -> None:
	"""Take, move or give back the seats, so that they are what the booking asks for in its state.

	Raises SlotTaken with the next sessions when fewer are free than wanted.
	"""
	held = class_seats.seats_of(booking.name)
	claims = booking.status in CLAIMING or booking.status == BookingStatus.COMPLETED
	wanted = {booking.class_session: booking.seats} if booking.class_session and claims else {}
	if held == wanted or (booking.status == BookingStatus.COMPLETED and not held):
		return
	sessions = class_seats.lock_sessions({*held, *wanted})
	if held:
		class_seats.release_seats(booking.name)
	for name, seats in wanted.items():
		session = sessions.get(name)
		if session is None or not class_seats.take_seats(session, booking.name, seats):
			free = session.capacity - class_seats.count_seats(session.name) if session else 0
			_refuse_full(booking, service, session.capacity if session else 0, free)


def _session_meant(booking: Document, before: Document | None, service: Service) -> frappe._dict:
	if _named_anew(booking, before):
		return frappe.db.get_value("Class Session", booking.class_session, SESSION, as_dict=True)
	found = session_at(service.name, from_site(booking.starts_at), booking.seats)
	if found is None:
		name = _full_session_at(booking, service)
		if name is None:
			refuse_class(Refusal("no_session", "starts_at", {"service": service.name}), booking, service)
	else:
		name = found.session
	return frappe.db.get_value("Class Session", name, SESSION, as_dict=True)


def _named_anew(booking: Document, before: Document | None) -> bool:
	"""Whether the session that is named counts, and not a start that was changed without it."""
	if not booking.class_session or before is None or booking.class_session != before.class_session:
		return bool(booking.class_session)
	return get_datetime(booking.starts_at) == get_datetime(before.starts_at)


def _full_session_at(booking: Document, service: Service) -> str | None:
	"""A session at that time without enough seats: its lock will tell whether one has become free."""
	filters = {"service": service.name, "status": "Scheduled", "starts_at": get_datetime(booking.starts_at)}
	return frappe.db.get_value("Class Session", filters, "name", order_by="name asc")


def _check(booking: Document, service: Service, row: frappe._dict) -> None:
	session = Session(row.name, row.service, row.status, row.capacity, row.seats_taken or 0)
	refusal = check_seats_wanted(session, service.name, booking.seats)
	if refusal:
		refuse_class(refusal, booking, service)


def _name_leaders(booking: Document, session: str) -> None:
	"""Who leads the class does the visit; their time is claimed by the class, and not by its customers."""
	rows = frappe.get_all(
		"Service Booking Resource",
		{"parent": session, "parenttype": "Class Session"},
		["resource", "kind"],
		order_by="idx asc",
	)
	if [row.resource for row in rows] != [row.resource for row in booking.resources]:
		booking.set("resources", [{"resource": row.resource, "kind": row.kind, "part": 1} for row in rows])


def _refuse_full(booking: Document, service: Service, capacity: int, free: int) -> None:
	values = {"seats": booking.seats or 1, "free": max(free, 0), "capacity": capacity}
	refuse_class(Refusal("class_full", "class_session", values), booking, service, taken=True)
