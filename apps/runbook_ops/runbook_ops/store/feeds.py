"""What a calendar feed shows: the visits, classes and absences of a resource or of everybody, and who may fetch it."""

from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.utils.data import cstr

from ..core.timeline import to_minutes
from ..site_time import to_site

MOST_ROWS = 5000

CLAIMED = """select distinct holder as name from `tabResource Claim`
	where resource in %(resources)s and start_minute >= %(first_minute)s and start_minute < %(last_minute)s"""
NOT_CLAIMED = """select booking.name from `tabService Booking` booking
	join `tabService Booking Resource` wish on wish.parent = booking.name and wish.parenttype = 'Service Booking'
	where booking.status in ('Requested', 'Cancelled', 'No-show') and wish.resource in %(resources)s
		and coalesce(booking.class_session, '') = ''
		and booking.starts_at >= %(first)s and booking.starts_at < %(last)s
		and (booking.status != 'Cancelled' or booking.cancelled_at >= %(cancelled_since)s)"""
EVERYBODYS = """select booking.name from `tabService Booking` booking
	where booking.starts_at >= %(first)s and booking.starts_at < %(last)s and coalesce(booking.class_session, '') = ''
		and (booking.status != 'Cancelled' or booking.cancelled_at >= %(cancelled_since)s)"""
VISITS = """
select booking.name, booking.status, booking.customer_name, booking.service, booking.starts_at_utc, booking.ends_at_utc,
	booking.modified, booking.invite_sequence, booking.access_notes, booking.notes,
	coalesce(nullif(booking.scope, ''), service.scope) as scope,
	coalesce(nullif(booking.mobile, ''), nullif(contact.mobile_no, ''), nullif(customer.mobile_no, '')) as mobile,
	concat_ws(', ', nullif(address.address_line1, ''), nullif(address.address_line2, ''), nullif(address.city, ''),
		nullif(address.state, ''), nullif(address.pincode, '')) as address,
	(select group_concat(part.service order by part.idx separator ' + ') from `tabService Booking Service` part
		where part.parent = booking.name and part.parenttype = 'Service Booking') as services,
	(select group_concat(distinct taken.resource order by taken.idx separator ', ') from `tabService Booking Resource` taken
		where taken.parent = booking.name and taken.parenttype = 'Service Booking') as resources
from ({names}) found
join `tabService Booking` booking on booking.name = found.name
join `tabCustomer` customer on customer.name = booking.customer
join `tabBookable Service` service on service.name = booking.service
left join `tabContact` contact on contact.name = coalesce(nullif(booking.contact, ''), customer.customer_primary_contact)
left join `tabAddress` address on address.name = coalesce(nullif(booking.address, ''),
	if(service.needs_address, customer.customer_primary_address, null))
order by booking.starts_at_utc, booking.name limit %(limit)s
"""
CLASSES = """
select session.name, session.status, session.service, session.starts_at_utc, session.ends_at_utc, session.modified,
	session.seats_taken, coalesce(nullif(session.capacity, 0), service.capacity) as capacity,
	(select group_concat(distinct taken.resource order by taken.idx separator ', ') from `tabService Booking Resource` taken
		where taken.parent = session.name and taken.parenttype = 'Class Session') as resources
from `tabClass Session` session
join `tabBookable Service` service on service.name = session.service
where session.starts_at_utc >= %(first_utc)s and session.starts_at_utc < %(last_utc)s {mine}
order by session.starts_at_utc, session.name limit %(limit)s
"""
MINE = f"and session.name in ({CLAIMED})"


@dataclass(frozen=True)
class FeedOwner:
	"""Whose feed it is; no resource means everybody's. `crews`: those that a person belongs to."""

	title: str
	kind: str = ""
	resource: str | None = None
	crews: tuple[str, ...] = ()


@dataclass(frozen=True)
class FeedRows:
	"""The rows of a feed, as they are stored."""

	visits: tuple[frappe._dict, ...]
	classes: tuple[frappe._dict, ...]
	absences: tuple[frappe._dict, ...]


def owner_of(key: str) -> FeedOwner | None:
	"""Whom a key was made for; None when it was never made, was renewed, or its resource is switched off."""
	if not key:
		return None
	rows = frappe.db.sql(
		"""select resource.name, resource.resource_name, resource.kind,
			(select group_concat(member.parent order by member.parent separator '\n') from `tabService Crew Member` member
				where member.resource = resource.name and member.parenttype = 'Service Resource') as crews
		from `tabService Resource` resource where resource.feed_key = %s and resource.active = 1""",
		key,
		as_dict=True,
	)
	if rows:
		row = rows[0]
		return FeedOwner(row.resource_name, row.kind, row.name, tuple(cstr(row.crews).splitlines()))
	settings = frappe.get_cached_doc("Runbook Settings")
	return FeedOwner(settings.company or "") if settings.feed_key == key else None


def load_feed(owner: FeedOwner, first: datetime, last: datetime, cancelled_since: datetime) -> FeedRows:
	"""What starts in [first, last), and what was cancelled lately; three queries, however much there is."""
	values = {
		"resources": (owner.resource, *owner.crews),
		"first": to_site(first),
		"last": to_site(last),
		"first_utc": first.replace(tzinfo=None),
		"last_utc": last.replace(tzinfo=None),
		"first_minute": to_minutes(first),
		"last_minute": to_minutes(last),
		"cancelled_since": to_site(cancelled_since),
		"limit": MOST_ROWS,
	}
	names = f"{CLAIMED} union {NOT_CLAIMED}" if owner.resource else EVERYBODYS
	return FeedRows(
		_rows(VISITS.format(names=names), values),
		_rows(CLASSES.format(mine=MINE if owner.resource else ""), values),
		_absences(owner, values),
	)


def _absences(owner: FeedOwner, values: dict) -> tuple[frappe._dict, ...]:
	condition = "resource = %(resource)s and" if owner.resource else ""
	return _rows(
		f"""select name, resource, reason, starts_at, ends_at, modified from `tabResource Time Off`
		where {condition} starts_at < %(last)s and ends_at > %(first)s order by starts_at, name limit %(limit)s""",  # noqa: S608
		{**values, "resource": owner.resource},
	)


def _rows(query: str, values: dict) -> tuple[frappe._dict, ...]:
	return tuple(frappe.db.sql(query, values, as_dict=True))


def key_of(resource: str | None) -> str | None:
	"""The key of a resource's feed (of everybody's without a resource), or None when none was made yet."""
	if resource:
		return frappe.db.get_value("Service Resource", resource, "feed_key")
	return frappe.db.get_single_value("Runbook Settings", "feed_key")


def keep_key(resource: str | None, key: str) -> None:
	"""Put a new key in the place of the old one, which is worth nothing from then on."""
	if resource:
		frappe.db.set_value("Service Resource", resource, "feed_key", key, update_modified=False)
	else:
		frappe.db.set_single_value("Runbook Settings", "feed_key", key, update_modified=False)


def booking_stamp(booking: str) -> frappe._dict:
	"""What an invitation needs beyond the booking's picture: `invite_sequence` and `modified`."""
	fields = ["invite_sequence", "modified", "address"]
	return frappe.db.get_value("Service Booking", booking, fields, as_dict=True)
