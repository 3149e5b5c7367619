"""The waitlist's rows: who waits, time that came free, and what was offered to whom."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import frappe

from .. import links
from ..core.chains.facts import BookingPicture
from ..core.waitlist import EntryStatus, FreedStatus, OfferStatus, Place, Waiting, read_clock, read_weekdays
from ..site_time import from_site, from_utc, to_site, to_utc, utc_now
from .newest import on_newest

PURPOSE = "offer"
MOST_WAITING = 500
MOST_AT_ONCE = 20

DUE = """select name from `tabFreed Slot` where status in ('Open', 'Offered') and due_at_utc <= %(now)s
	order by due_at_utc limit %(most)s"""
LOCK = """select name, status, service, booking, class_session, resources, starts_at_utc, ends_at_utc
	from `tabFreed Slot` where name = %s for update"""
WAITING = """select entry.name, entry.creation, entry.service, entry.first_day, entry.last_day, entry.weekdays, entry.earliest,
		entry.latest, (select group_concat(wish.resource separator '\n') from `tabService Booking Resource` wish
			where wish.parent = entry.name and wish.parenttype = 'Waitlist Entry') as people
	from `tabWaitlist Entry` entry
	where entry.status in %(states)s and entry.last_day >= %(first)s and entry.first_day <= %(last)s
		and not exists (select 1 from `tabWaitlist Offer` offer where offer.entry = entry.name and offer.slot = %(slot)s)
	order by entry.creation, entry.name limit %(most)s"""
OFFERS = """select name, entry, status, service, hold, class_session, resources, starts_at_utc, ends_at_utc, expires_at_utc, slot,
		booking
	from `tabWaitlist Offer` where {condition} order by name for update"""
PICTURE = """select offer.status, offer.service, offer.starts_at_utc, offer.ends_at_utc, offer.expires_at_utc, entry.customer,
		entry.customer_name, coalesce(nullif(entry.email, ''), nullif(customer.email_id, '')) as email,
		coalesce(nullif(entry.mobile, ''), nullif(customer.mobile_no, '')) as mobile,
		(select person.resource_name from `tabService Resource` person
			where json_contains(offer.resources, json_quote(person.name)) and person.kind in ('Person', 'Crew')
			order by person.name limit 1) as technician
	from `tabWaitlist Offer` offer join `tabWaitlist Entry` entry on entry.name = offer.entry
	left join `tabCustomer` customer on customer.name = entry.customer
	where offer.name = %s"""


@dataclass(frozen=True)
class FreedRow:
	"""Time that came free, under its lock; aware moments."""

	name: str
	status: FreedStatus
	service: str | None
	class_session: str | None
	resources: tuple[str, ...]
	start: datetime
	end: datetime


@dataclass(frozen=True)
class OfferRow:
	"""An offer, under its lock; aware moments."""

	name: str
	entry: str
	status: OfferStatus
	service: str
	hold: str | None
	class_session: str | None
	place: Place
	start: datetime
	end: datetime
	until: datetime
	slot: str
	booking: str | None = None


def anybody_waits(first: date, last: date) -> bool:
	"""Whether anybody waits for one of these days."""
	filters = {
		"status": ("in", [EntryStatus.WAITING, EntryStatus.OFFERED]),
		"last_day": (">=", first),
		"first_day": ("<=", last),
	}
	return bool(frappe.db.exists("Waitlist Entry", filters))


def add_freed(
	cause: str,
	resources: Sequence[str],
	start: datetime,
	end: datetime,
	service: str | None = None,
	booking: str | None = None,
	class_session: str | None = None,
) -> str:
	"""Write down that time came free."""
	doc = frappe.get_doc(
		{
			"doctype": "Freed Slot",
			"status": FreedStatus.OPEN,
			"cause": cause[:140],
			"resources": json.dumps(list(resources)),
			"service": service,
			"booking": booking,
			"class_session": class_session,
			"starts_at": to_site(start),
			"ends_at": to_site(end),
			"starts_at_utc": to_utc(start),
			"ends_at_utc": to_utc(end),
			"due_at_utc": to_utc(utc_now()) - timedelta(seconds=1),
		}
	)
	return doc.insert(ignore_permissions=True).name


def due_slots() -> tuple[str, ...]:
	"""Freed slots that somebody has to be asked about, or whose offers have run out."""
	rows = frappe.db.sql(DUE, {"now": to_utc(utc_now()), "most": MOST_AT_ONCE})
	return tuple(row[0] for row in rows)


def lock_freed(name: str) -> FreedRow | None:
	"""A freed slot as it is now; whoever offers it or answers an offer of it takes turns."""
	rows = frappe.db.sql(on_newest(LOCK), name, as_dict=True)
	if not rows:
		return None
	row = rows[0]
	return FreedRow(
		row.name,
		FreedStatus(row.status),
		row.service,
		row.class_session or None,
		tuple(json.loads(row.resources or "[]")),
		from_utc(row.starts_at_utc),
		from_utc(row.ends_at_utc),
	)


def set_freed(
	name: str, status: FreedStatus, due_at: datetime | None = None, outcome: str | None = None
) -> None:
	"""How a locked freed slot stands, and when it is to be looked at again."""
	values = {"status": status.value, "due_at_utc": to_utc(due_at)}
	if outcome is not None:
		values["outcome"] = outcome
	frappe.db.set_value("Freed Slot", name, values)


def reopen_freed(name: str) -> None:
	"""Have a freed slot looked at again at once."""
	set_freed(name, FreedStatus.OPEN, utc_now() - timedelta(seconds=1))


def load_waiting(slot: str, first: date, last: date, states: Iterable[str]) -> tuple[Waiting, ...]:
	"""Who waits for one of these days and has not been asked about this slot yet; who has waited longest first."""
	values = {"slot": slot, "first": first, "last": last, "states": tuple(states), "most": MOST_WAITING}
	return tuple(_waiting(row) for row in frappe.db.sql(WAITING, values, as_dict=True))


def offers_of_slot(slot: str) -> tuple[OfferRow, ...]:
	"""Every offer of a freed slot, locked."""
	return _offers("slot = %s", slot)


def open_offers_of_entry(entry: str) -> tuple[OfferRow, ...]:
	"""What is offered to a customer at present, locked."""
	return _offers("entry = %s and status = 'Open'", entry)


def lock_offer(name: str) -> OfferRow | None:
	"""An offer as it is now; the caller holds the lock of its freed slot."""
	rows = _offers("name = %s", name)
	return rows[0] if rows else None


def offer_token(name: str, until: datetime) -> str:
	"""The token of an offer's page; it can be opened for a day longer than the offer holds, to be told what became of it."""
	return links.sign(PURPOSE, name, (until + timedelta(days=1)).date())


def offer_picture(name: str) -> BookingPicture | None:
	"""What a message about an offer may tell."""
	rows = frappe.db.sql(PICTURE, name, as_dict=True)
	if not rows:
		return None
	row, settings = rows[0], frappe.get_cached_doc("Runbook Settings")
	until = from_utc(row.expires_at_utc)
	return BookingPicture(
		booking=name,
		status=row.status,
		customer=row.customer or row.customer_name,
		customer_name=row.customer_name,
		service=row.service,
		service_name=frappe.get_cached_value("Bookable Service", row.service, "service_name"),
		start=from_utc(row.starts_at_utc),
		end=from_utc(row.ends_at_utc),
		customer_email=row.email,
		customer_mobile=row.mobile,
		technician_name=row.technician,
		company=settings.company,
		company_phone=settings.company_phone,
		offer_link=links.link_to("offer", offer_token(name, until)),
		offer_until=until,
	)


def past_entries(today: date) -> tuple[str, ...]:
	"""Entries whose last day is over and that still wait."""
	filters = {"status": EntryStatus.WAITING, "last_day": ("<", today)}
	return tuple(frappe.get_all("Waitlist Entry", filters, pluck="name", order_by="name asc"))


def _offers(condition: str, value: str) -> tuple[OfferRow, ...]:
	rows = frappe.db.sql(on_newest(OFFERS.format(condition=condition)), value, as_dict=True)
	return tuple(_offer(row) for row in rows)


def _offer(row: frappe._dict) -> OfferRow:
	start, end = from_utc(row.starts_at_utc), from_utc(row.ends_at_utc)
	return OfferRow(
		name=row.name,
		entry=row.entry,
		status=OfferStatus(row.status),
		service=row.service,
		hold=row.hold or None,
		class_session=row.class_session or None,
		place=Place(_minute(start), _minute(end), tuple(json.loads(row.resources or "[]"))),
		start=start,
		end=end,
		until=from_utc(row.expires_at_utc),
		slot=row.slot,
		booking=row.booking or None,
	)


def _minute(moment: datetime) -> int:
	return int(moment.timestamp()) // 60


def _waiting(row: frappe._dict) -> Waiting:
	weekdays = read_weekdays(row.weekdays)
	return Waiting(
		name=row.name,
		since=from_site(row.creation),
		service=row.service,
		first_day=row.first_day,
		last_day=row.last_day,
		weekdays=weekdays if isinstance(weekdays, frozenset) else frozenset(),
		earliest=_clock(row.earliest, "earliest"),
		latest=_clock(row.latest, "latest"),
		people=frozenset((row.people or "").splitlines()),
	)


def _clock(text: str | None, field: str) -> time | None:
	clock = read_clock(text, field)
	return clock if isinstance(clock, time) else None
