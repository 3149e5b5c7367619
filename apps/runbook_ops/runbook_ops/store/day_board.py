"""One day of everybody's calendar for the board: its bookings, and what else claims or blocks time; two queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe

from ..core.booking import LONGEST, BookingStatus
from ..core.timeline import Interval, from_minutes, to_minutes
from ..site_time import from_site, from_utc, to_site
from .claims import LONGEST_MINUTES

MOST_BOOKINGS = 5000
CLOCK_CHANGE = timedelta(hours=2)
CHANGED = "runbook_day_board"
ROOM = "doctype:Service Booking"
"""The room of those who may read bookings; Frappe asks for the permission at the door."""

FIELDS = (
	"name",
	"customer_name",
	"service",
	"status",
	"starts_at",
	"ends_at",
	"starts_at_utc",
	"ends_at_utc",
	"territory",
	"class_session",
	"seats",
	"revision",
	"resources.resource as resource",
	"resources.idx as position",
)

TAKEN = """select claim.resource, claim.holder, claim.start_minute, claim.end_minute, null as reason,
		coalesce(held.service, class.service) as service, held.expires_at as expires_at,
		class.starts_at_utc, class.ends_at_utc, class.capacity, class.seats_taken
	from `tabResource Claim` claim
	left join `tabSlot Hold` held on held.name = claim.holder and claim.holder like 'HD-%%'
	left join `tabClass Session` class on class.name = claim.holder and claim.holder like 'CS-%%'
	where claim.resource in %(resources)s and claim.start_minute >= %(first)s and claim.start_minute < %(end)s
		and claim.end_minute > %(start)s
	union all
	select away.resource, away.name, null, null, away.reason, null, null, away.starts_at, away.ends_at, null, null
	from `tabResource Time Off` away
	where away.resource in %(resources)s and away.starts_at < %(until)s and away.ends_at > %(since)s"""


@dataclass(frozen=True)
class Booked:
	"""A booking as the board shows it; `chosen` are the resources that it names, in their order."""

	name: str
	customer: str
	service: str
	status: str
	span: Interval
	territory: str | None
	session: str | None
	seats: int
	revision: int
	chosen: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
	"""A claim on a resource's time, buffers included; of a hold and of a class with what is known about these."""

	resource: str
	holder: str
	span: Interval
	service: str | None = None
	expires_at: datetime | None = None
	visit: Interval | None = None
	capacity: int = 0
	seats_taken: int = 0


@dataclass(frozen=True)
class Away:
	"""A stretch in which somebody is away."""

	name: str
	resource: str
	span: Interval
	reason: str | None


def load_booked(start: int, end: int) -> tuple[Booked, ...]:
	"""The bookings within [start, end) minutes that the user may read, cancelled ones left out, in time order."""
	since, until = from_minutes(start), from_minutes(end)
	rows = frappe.get_list(
		"Service Booking",
		filters=[
			["status", "!=", BookingStatus.CANCELLED.value],
			["starts_at", ">=", to_site(since - LONGEST - CLOCK_CHANGE)],
			["starts_at", "<", to_site(until + CLOCK_CHANGE)],
			["ends_at", ">", to_site(since - CLOCK_CHANGE)],
		],
		fields=list(FIELDS),
		order_by="`tabService Booking`.starts_at asc, `tabService Booking`.name asc",
		limit=MOST_BOOKINGS,
	)
	chosen: dict[str, list[tuple[int, str]]] = {}
	for row in rows:
		chosen.setdefault(row.name, [])
		if row.resource:
			chosen[row.name].append((row.position, row.resource))
	each = {row.name: row for row in rows}
	found = (_booked(row, tuple(name for _, name in sorted(chosen[row.name]))) for row in each.values())
	return tuple(booked for booked in found if booked.span[0] < end and booked.span[1] > start)


def load_taken(resources: Sequence[str], start: int, end: int) -> tuple[tuple[Taken, ...], tuple[Away, ...]]:
	"""What claims and what blocks the time of these resources within [start, end) minutes."""
	if not resources:
		return (), ()
	values = {
		"resources": tuple(resources),
		"first": start - LONGEST_MINUTES,
		"start": start,
		"end": end,
		"since": to_site(from_minutes(start)),
		"until": to_site(from_minutes(end)),
	}
	rows = frappe.db.sql(TAKEN, values, as_dict=True)
	return (
		tuple(_taken(row) for row in rows if row.start_minute is not None),
		tuple(_away(row) for row in rows if row.start_minute is None),
	)


def resources_of_user(user: str) -> frozenset[str]:
	"""The resources that a login is, itself or as one of a crew."""
	person, member = frappe.qb.DocType("Service Resource"), frappe.qb.DocType("Service Crew Member")
	rows = (
		frappe.qb.from_(person)
		.left_join(member)
		.on((member.resource == person.name) & (member.parenttype == "Service Resource"))
		.where(person.user == user)
		.select(person.name, member.parent)
	).run()
	return frozenset(name for row in rows for name in row if name)


def announce(*spans: tuple[datetime | None, datetime | None]) -> None:
	"""Tell the open boards, once this is committed, that something within these spans (site time) has changed."""
	known = [(from_site(start), from_site(end)) for start, end in spans if start and end]
	announce_minutes(*((to_minutes(start), to_minutes(end)) for start, end in known))


def announce_minutes(*spans: Interval) -> None:
	"""The same for spans in UTC minutes; it names no customer, for whoever may read some booking hears it."""
	for start, end in spans:
		frappe.publish_realtime(CHANGED, {"start": start, "end": end}, room=ROOM, after_commit=True)


def announce_hold(name: str) -> None:
	"""The same for a slot that is held, or no longer is."""
	times = frappe.db.get_value("Slot Hold", name, ["starts_at_utc", "ends_at_utc"])
	span = _span(*map(from_utc, times)) if times else None
	if span:
		announce_minutes(span)


def _booked(row: frappe._dict, chosen: tuple[str, ...]) -> Booked:
	return Booked(
		name=row.name,
		customer=row.customer_name or "",
		service=row.service,
		status=row.status,
		span=_span(from_utc(row.starts_at_utc), from_utc(row.ends_at_utc))
		or (to_minutes(from_site(row.starts_at)), to_minutes(from_site(row.ends_at or row.starts_at))),
		territory=row.territory,
		session=row.class_session,
		seats=row.seats or 0,
		revision=row.revision or 0,
		chosen=chosen,
	)


def _span(start: datetime | None, end: datetime | None) -> Interval | None:
	return (to_minutes(start), to_minutes(end)) if start and end else None


def _taken(row: frappe._dict) -> Taken:
	return Taken(
		resource=row.resource,
		holder=row.holder,
		span=(row.start_minute, row.end_minute),
		service=row.service,
		expires_at=from_utc(row.expires_at),
		visit=_span(from_utc(row.starts_at_utc), from_utc(row.ends_at_utc)),
		capacity=row.capacity or 0,
		seats_taken=row.seats_taken or 0,
	)


def _away(row: frappe._dict) -> Away:
	span = (to_minutes(from_site(row.starts_at_utc)), to_minutes(from_site(row.ends_at_utc)))
	return Away(row.holder, row.resource, span, row.reason)
