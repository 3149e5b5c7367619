"""A resource's calendar as a private feed: its address, a new one, and the text behind it."""

import secrets
from collections.abc import Iterator
from datetime import timedelta

import frappe
from frappe import _
from frappe.utils import get_url

from ..core.booking import BookingStatus
from ..core.calendar_text import Entry, feed_text, status_of, uid_of
from ..site_time import from_site, from_utc, utc_now
from ..store.feeds import FeedOwner, FeedRows, keep_key, key_of, load_feed, owner_of

BACK = timedelta(days=30)
AHEAD = timedelta(days=180)
CANCELLED_FOR = timedelta(days=7)
"""How long a cancelled visit stays in the feed, marked so: programs that only add what is new take it out then."""

KEY_BYTES = 24
PERSONAL = ("Person", "Crew")
"""Whose feeds tell about customers; a room's may hang beside its door."""


def feed_address(resource: str | None = None) -> str:
	"""The address of a resource's feed, of everybody's without a resource; its key is made when it is first asked for."""
	return _address(key_of(resource) or _new_key(resource))


def renew_feed(resource: str | None = None) -> str:
	"""Another address for the feed; the old one answers no more."""
	return _address(_new_key(resource))


def read_calendar(key: str) -> str | None:
	"""The feed of this key from a month back to half a year ahead, or None when the key is not, or no longer, one of ours."""
	owner = owner_of(key)
	if owner is None:
		return None
	today = utc_now().replace(hour=0, minute=0, second=0, microsecond=0)
	rows = load_feed(owner, today - BACK, today + AHEAD, utc_now() - CANCELLED_FOR)
	return feed_text(owner.title, entries_of(owner, rows))


def entries_of(owner: FeedOwner, rows: FeedRows) -> Iterator[Entry]:
	"""The entries of a feed."""
	for row in rows.visits:
		yield _visit(owner, row)
	for row in rows.classes:
		yield _class(row)
	for row in rows.absences:
		yield _absence(owner, row)


def _visit(owner: FeedOwner, row: frappe._dict) -> Entry:
	what = row.services or row.service
	personal = owner.kind in PERSONAL
	whose = f"{row.customer_name}: {what}" if owner.kind not in ("Room", "Equipment") else what
	if row.status in (BookingStatus.REQUESTED, BookingStatus.NO_SHOW):
		whose = f"{_(row.status)}: {whose}"
	return Entry(
		uid=uid_of(row.name, frappe.local.site),
		start=from_utc(row.starts_at_utc),
		end=from_utc(row.ends_at_utc),
		summary=whose,
		changed_at=from_site(row.modified),
		sequence=row.invite_sequence or 0,
		status="CONFIRMED" if row.status == BookingStatus.NO_SHOW else status_of(row.status),
		location=row.address or "",
		description=_about(row) if personal else row.resources or "",
		blocks=row.status != BookingStatus.REQUESTED,
	)


def _about(row: frappe._dict) -> str:
	lines = (
		(_("Booking"), row.name),
		(_("With"), row.resources),
		(_("Call"), row.mobile),
		(_("Scope"), row.scope),
		(_("Access"), row.access_notes),
		(_("Notes"), row.notes),
	)
	return "\n".join(f"{label}: {text}" for label, text in lines if text)


def _class(row: frappe._dict) -> Entry:
	return Entry(
		uid=uid_of(row.name, frappe.local.site),
		start=from_utc(row.starts_at_utc),
		end=from_utc(row.ends_at_utc),
		summary=_("{0} ({1} of {2} seats)").format(row.service, row.seats_taken or 0, row.capacity or 1),
		changed_at=from_site(row.modified),
		status="CANCELLED" if row.status == "Cancelled" else "CONFIRMED",
		description=row.resources or "",
	)


def _absence(owner: FeedOwner, row: frappe._dict) -> Entry:
	away = _("Away: {0}").format(row.reason) if row.reason else _("Away")
	return Entry(
		uid=uid_of(f"away-{row.name}", frappe.local.site),
		start=from_site(row.starts_at),
		end=from_site(row.ends_at),
		summary=away if owner.resource else f"{row.resource}: {away}",
		changed_at=from_site(row.modified),
	)


def _new_key(resource: str | None) -> str:
	key = secrets.token_hex(KEY_BYTES)
	keep_key(resource, key)
	return key


def _address(key: str) -> str:
	return get_url(f"/feed/{key}.ics")
