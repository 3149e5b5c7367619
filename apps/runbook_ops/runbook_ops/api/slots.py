"""Open slots and days for programs and the desk: visits of one or several services, wherever they take place."""

from datetime import timedelta

import frappe

from ..core.refusal import Refusal
from ..derived import reads
from ..errors import BookingRefused
from ..messages import refuse
from ..operations import find_slots as slots
from ..site_time import to_site, utc_now
from ..store.addresses import place_of
from ..store.services import WantedPart, load_service
from .inputs import to_moment

MOST_SLOTS = 500
MOST_DAYS = 92


@frappe.whitelist(methods=["GET", "POST"])
def find(
	services: str | list,
	first: str,
	last: str | None = None,
	territory: str | None = None,
	address: str | None = None,
	booking: str | None = None,
	limit: int = 20,
) -> list[dict]:
	"""Open slots of a visit that start in [first, last), site time; `last` defaults to a week later.

	`services`: names, or rows of `service`, `resource`, `variant` and `duration_minutes`, in the order of the visit. `address`: where
	it takes place, for the way. `booking`: one that is to be moved. Each slot: `starts_at`, `ends_at`, `resources`, `parts`.
	"""
	_may_search(booking)
	start = to_moment(first, "first")
	found = slots.find_slots(
		_wanted(services),
		max(start, utc_now()),
		to_moment(last, "last") if last else start + timedelta(days=7),
		territory=territory,
		place=place_of(address),
		apart_from=booking,
		limit=min(max(limit, 1), MOST_SLOTS),
	)
	return [
		{**_told(slot), "parts": [{"service": part.service, **_told(part)} for part in slot.parts]}
		for slot in found
	]


@frappe.whitelist(methods=["GET", "POST"])
def days(
	services: str | list,
	first: str,
	last: str,
	territory: str | None = None,
	address: str | None = None,
	booking: str | None = None,
) -> list[dict]:
	"""The days on which a visit can start in [first, last), at most 92: `day`, `count` and the first `starts`; as `find`."""
	_may_search(booking)
	start = to_moment(first, "first")
	found = slots.open_days(
		_wanted(services),
		max(start, utc_now()),
		min(to_moment(last, "last"), start + timedelta(days=MOST_DAYS)),
		territory=territory,
		place=place_of(address),
		apart_from=booking,
	)
	return [
		{"day": day.day.isoformat(), "count": day.count, "starts": list(day.on_the_wall)} for day in found
	]


def _may_search(booking: str | None) -> None:
	if booking or not reads("Service Booking"):
		frappe.has_permission("Service Booking", "read", booking, throw=True)


def _wanted(services: str | list) -> tuple[WantedPart, ...]:
	given = (
		frappe.parse_json(services) if isinstance(services, str) and services.startswith("[") else services
	)
	rows = given if isinstance(given, list) else [given]
	if not rows:
		refuse(Refusal("unknown_service", "service", {"service": ""}), BookingRefused)
	return tuple(_part(row if isinstance(row, dict) else {"service": str(row)}) for row in rows)


def _part(row: dict) -> WantedPart:
	service = load_service(str(row.get("service") or ""))
	if service is None:
		refuse(Refusal("unknown_service", "service", {"service": row.get("service")}), BookingRefused)
	if not service.active:
		refuse(Refusal("service_inactive", "service"), BookingRefused)
	minutes = frappe.utils.cint(row.get("duration_minutes"))
	only = (str(row["resource"]),) if row.get("resource") else ()
	return WantedPart(
		service, only, row.get("variant") or None, timedelta(minutes=minutes) if minutes > 0 else None
	)


def _told(slot: slots.OpenSlot | slots.OpenPart) -> dict:
	return {
		"starts_at": to_site(slot.starts_at).isoformat(),
		"ends_at": to_site(slot.ends_at).isoformat(),
		"resources": list(slot.resources),
	}
