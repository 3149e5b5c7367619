"""Seats of classes: a lock on the session first, then one row a seat that can exist once only."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import frappe

from ..core.classes import Session, free_numbers
from ..site_time import from_utc
from .newest import on_newest
from .rows import insert_rows

SESSIONS = """select name, service, status, capacity, seats_taken from `tabClass Session`
	where name in %s order by name for update"""
OPEN = """select name, starts_at_utc, ends_at_utc, capacity, seats_taken from `tabClass Session`
	where service = %(service)s and status = 'Scheduled' and starts_at_utc >= %(first)s and starts_at_utc < %(last)s
	and capacity - seats_taken >= %(seats)s order by starts_at_utc, name limit %(limit)s"""


@dataclass(frozen=True)
class OpenSession:
	"""A class with seats left; aware moments."""

	session: str
	starts_at: datetime
	ends_at: datetime
	capacity: int
	free: int
	resources: tuple[str, ...] = ()


def lock_sessions(sessions: Iterable[str]) -> Mapping[str, Session]:
	"""The sessions as they are now, kept from everybody else who takes or frees seats until the transaction ends."""
	names = tuple(sorted(set(sessions)))
	rows = frappe.db.sql(on_newest(SESSIONS), (names,)) if names else ()
	return {row[0]: Session(row[0], row[1], row[2], row[3] or 0, row[4] or 0) for row in rows}


def seats_of(holder: str) -> Mapping[str, int]:
	"""Session -> how many of its seats a booking or a hold has."""
	rows = frappe.db.sql(
		"select session, count(*) from `tabClass Seat` where holder = %s group by session order by session",
		holder,
	)
	return dict(rows)


def take_seats(session: Session, holder: str, wanted: int) -> bool:
	"""Give the holder so many seats, all or none; the caller holds the session's lock."""
	numbers = free_numbers(_taken(session.name), session.capacity, wanted)
	if numbers is None:
		return False
	rows = [(f"{session.name}|{number}", session.name, holder) for number in numbers]
	frappe.db.savepoint("runbook_seats")
	try:
		insert_rows("Class Seat", ("name", "session", "holder"), rows, contested=True)
	except frappe.DuplicateEntryError:
		frappe.db.rollback(save_point="runbook_seats")
		return False
	count_seats(session.name)
	return True


def release_seats(holder: str) -> None:
	"""Give back every seat that a booking or a hold has, under the locks of their sessions."""
	sessions = tuple(seats_of(holder))
	lock_sessions(sessions)
	names = frappe.get_all("Class Seat", {"holder": holder}, pluck="name", order_by="name asc")
	if names:
		frappe.db.delete("Class Seat", {"name": ("in", names)})
	for session in sessions:
		count_seats(session)


def count_seats(session: str) -> int:
	"""Write down how many seats of a session are taken; the caller holds its lock."""
	taken = len(_taken(session))
	update = on_newest("update `tabClass Session` set seats_taken = %s where name = %s")
	frappe.db.sql(update, (taken, session))
	return taken


def find_open(
	service: str, first: datetime, last: datetime, seats: int, limit: int
) -> tuple[OpenSession, ...]:
	"""Scheduled sessions of a service that start in [first, last), naive UTC, with so many seats left; two queries."""
	values = {"service": service, "first": first, "last": last, "seats": seats, "limit": limit}
	rows = frappe.db.sql(OPEN, values)
	people = _resources_of([row[0] for row in rows])
	return tuple(
		OpenSession(
			name, from_utc(start), from_utc(end), capacity, capacity - (taken or 0), people.get(name, ())
		)
		for name, start, end, capacity, taken in rows
	)


def bookings_of(session: str, states: Sequence[str]) -> tuple[str, ...]:
	"""The bookings in these states that are for the session, the oldest first."""
	filters = {"class_session": session, "status": ("in", states)}
	return tuple(frappe.get_all("Service Booking", filters, pluck="name", order_by="creation asc"))


def _taken(session: str) -> frozenset[int]:
	rows = frappe.db.sql(
		on_newest("select name from `tabClass Seat` where session = %s lock in share mode"), session
	)
	return frozenset(int(name.rpartition("|")[2]) for (name,) in rows)


def _resources_of(sessions: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
	rows = frappe.get_all(
		"Service Booking Resource",
		filters={"parenttype": "Class Session", "parent": ("in", sessions or [""])},
		fields=["parent", "resource"],
		order_by="parent asc, idx asc",
	)
	found: dict[str, tuple[str, ...]] = {}
	for row in rows:
		found[row.parent] = (*found.get(row.parent, ()), row.resource)
	return found
