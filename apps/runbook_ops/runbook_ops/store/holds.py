"""Slots that are held for a while: their rows, how many are alive, and the end of those whose time is over."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import frappe

from ..site_time import from_utc, to_utc
from . import claims
from .class_seats import release_seats
from .day_board import announce_hold
from .newest import on_newest

HELD, BOOKED, RELEASED, EXPIRED = "Held", "Booked", "Released", "Expired"
ON_A_DAY = """select count(distinct claim.holder) from `tabResource Claim` claim
	join `tabSlot Hold` hold on hold.name = claim.holder
	where claim.resource in %(resources)s and claim.start_minute >= %(first)s and claim.start_minute < %(last)s
		and hold.status = 'Held' and hold.expires_at > %(now)s"""
OF_CLIENT = """select count(*) from `tabSlot Hold`
	where client = %(client)s and status = 'Held' and expires_at > %(now)s"""
SAME_SLOT = """select count(*) from `tabSlot Hold` where client = %(client)s and service = %(service)s
	and starts_at_utc = %(start)s and creation > %(since)s and status != 'Booked'"""
OVER = """select name from `tabSlot Hold` where status = 'Held' and expires_at <= %(now)s
	order by name limit %(most)s for update skip locked"""


@dataclass(frozen=True)
class Hold:
	"""A held slot; moments are aware, `wanted` is what will be booked."""

	name: str
	status: str
	service: str
	starts_at: datetime
	ends_at: datetime
	expires_at: datetime
	booking: str | None = None
	wanted: Mapping[str, Any] = field(default_factory=dict)

	def is_alive(self, now: datetime) -> bool:
		"""Whether the slot is still kept."""
		return self.status == HELD and now < self.expires_at


def add_hold(name: str, values: Mapping[str, object]) -> None:
	"""Write a hold down."""
	frappe.get_doc({"doctype": "Slot Hold", **values}).insert(ignore_permissions=True, set_name=name)
	announce_hold(name)


def lock_hold(name: str) -> Hold | None:
	"""The hold as it is now, kept from everybody else until the transaction ends."""
	return _one(
		"""select name, status, service, starts_at_utc, ends_at_utc, expires_at, booking, wanted
		from `tabSlot Hold` where name = %s for update""",
		name,
	)


def hold_with_key(key: str) -> Hold | None:
	"""The hold that was made for this wish, locked."""
	return _one(
		"""select name, status, service, starts_at_utc, ends_at_utc, expires_at, booking, wanted
		from `tabSlot Hold` where request_key = %s for update""",
		key,
	)


def end_hold(name: str, status: str, booking: str | None = None) -> None:
	"""Give back what a locked hold keeps, and say how it ended."""
	release_all(name)
	frappe.db.set_value("Slot Hold", name, {"status": status, "booking": booking}, update_modified=True)
	announce_hold(name)


def release_all(holder: str) -> None:
	"""Give back time and seats."""
	claims.release(holder)
	release_seats(holder)


def count_alive(client: str, now: datetime) -> int:
	"""How many slots are held for a client."""
	return frappe.db.sql(OF_CLIENT, {"client": client, "now": to_utc(now)})[0][0]


def count_same_slot(client: str, service: str, start: datetime, since: datetime) -> int:
	"""How often a client has had this very slot held since then (site time) without booking it."""
	values = {"client": client, "service": service, "start": to_utc(start), "since": since}
	return frappe.db.sql(SAME_SLOT, values)[0][0]


def count_on_day(resources: Sequence[str], first: int, last: int, now: datetime) -> int:
	"""How many holds keep time of these resources that starts in [first, last), in minutes."""
	values = {"resources": tuple(resources), "first": first, "last": last, "now": to_utc(now)}
	return frappe.db.sql(ON_A_DAY, values)[0][0] if resources else 0


def end_expired(now: datetime, most: int = 200) -> int:
	"""Give back what expired holds keep; those that somebody works on at this moment are left to them. Gives how many."""
	names = [row[0] for row in frappe.db.sql(OVER, {"now": to_utc(now), "most": most})]
	for name in names:
		end_hold(name, EXPIRED)
	return len(names)


def alive_among(names: Iterable[str], now: datetime) -> frozenset[str]:
	"""Those of the holds that are still kept."""
	filters = {"name": ("in", list(names)), "status": HELD, "expires_at": (">", to_utc(now))}
	return frozenset(frappe.get_all("Slot Hold", filters, pluck="name", order_by="name asc"))


def _one(query: str, value: str) -> Hold | None:
	rows = frappe.db.sql(on_newest(query), value, as_dict=True)
	if not rows:
		return None
	row = rows[0]
	return Hold(
		name=row.name,
		status=row.status,
		service=row.service,
		starts_at=from_utc(row.starts_at_utc),
		ends_at=from_utc(row.ends_at_utc),
		expires_at=from_utc(row.expires_at),
		booking=row.booking,
		wanted=json.loads(row.wanted or "{}"),
	)
