"""What customers may book by themselves: services that are online, in their notice and horizon, on their grid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import frappe

from ..core.eligibility import candidates
from ..core.guest_input import Wish
from ..core.refusal import Refusal
from ..core.timeline import Interval
from ..errors import GuestRefused
from ..site_time import day_bounds, site_zone, utc_now
from ..store.resources import load_facts
from ..store.services import Service, WantedPart, load_service
from .find_sessions import find_sessions
from .find_slots import OpenPart, customer_window, find_slots, open_days

MINUTE = timedelta(minutes=1)
MOST_OFFERS = 2000
LONGEST_LOOK = timedelta(days=42)
NEXT_DAYS = 60
PEOPLE = ("Person", "Crew")


@dataclass(frozen=True)
class Offer:
	"""A time that a customer can book: aware UTC moments; for a class its session and the seats that are left."""

	starts_at: datetime
	ends_at: datetime
	parts: tuple[OpenPart, ...]
	session: str | None = None
	free: int | None = None

	@property
	def resources(self) -> tuple[str, ...]:
		"""Everybody and everything that it takes, once each."""
		return tuple(dict.fromkeys(name for part in self.parts for name in part.resources))


def services_of(wish: Wish) -> tuple[Service, ...]:
	"""The services of a wish; raises GuestRefused when one can't be booked online, or not by whom was asked for."""
	found = tuple(load_service(row.service) for row in wish.services)
	first = found[0]
	follows = first.add_ons if first else ()
	for service, row in zip(found, wish.services, strict=True):
		if service is None or not service.active or not (service.online or service.name in follows):
			raise _not_online(row.service)
		if service.capacity > 1 and len(found) > 1:
			raise _not_online(row.service)
	if first and not first.online:
		raise _not_online(wish.services[0].service)
	services = tuple(service for service in found if service)
	resources = load_facts()
	for service, row in zip(services, wish.services, strict=True):
		if row.resource and row.resource not in people_for(service, resources):
			raise GuestRefused(Refusal("person_not_offered", "resource", {"service": service.name}))
	return services


def people_for(service: Service, resources: Mapping) -> tuple[str, ...]:
	"""The people and crews whom a customer can ask for."""
	names = [
		name for need in service.requirements for name in candidates(need, resources) if need.kind in PEOPLE
	]
	return tuple(dict.fromkeys(names))


def offers(
	wish: Wish,
	first: datetime,
	last: datetime,
	limit: int | None = None,
	apart_from: str | None = None,
	also_busy: Mapping[str, Interval] | None = None,
) -> tuple[Offer, ...]:
	"""The open times of a wish that start in [first, last), in order; `apart_from` and `also_busy` as in `find_slots`."""
	services = services_of(wish)
	first, last = customer_window(services, max(first, utc_now()), last, utc_now())
	if first >= last:
		return ()
	if services[0].capacity > 1:
		return _sessions(services[0], wish, first, last, limit)
	parts = wanted_parts(wish, services)
	found = find_slots(
		parts,
		first,
		last,
		apart_from=apart_from,
		also_busy=also_busy,
		limit=min(limit or MOST_OFFERS, MOST_OFFERS),
	)
	return tuple(Offer(slot.starts_at, slot.ends_at, slot.parts) for slot in found)


def offer_at(
	wish: Wish,
	start: datetime,
	apart_from: str | None = None,
	also_busy: Mapping[str, Interval] | None = None,
) -> Offer | None:
	"""The open time that starts at this very minute, or None."""
	found = offers(wish, start, start + MINUTE, 1, apart_from, also_busy)
	return found[0] if found else None


def next_offers(wish: Wish, after: datetime, most: int = 3) -> tuple[Offer, ...]:
	"""The next few open times from a wished one on, week by week."""
	found: tuple[Offer, ...] = ()
	for weeks in range(0, NEXT_DAYS // 7):
		first = after + timedelta(weeks=weeks)
		found = (*found, *offers(wish, first, first + timedelta(weeks=1), most - len(found)))
		if len(found) >= most:
			break
	return found


def offered_days(wish: Wish, first: date, last: date, apart_from: str | None = None) -> Mapping[str, int]:
	"""Day of the site (ISO 8601) -> how many times are open on it; days without any are left out."""
	services = services_of(wish)
	start, end = day_bounds(first, min(last, first + LONGEST_LOOK))
	start, end = customer_window(services, max(start, utc_now()), end, utc_now())
	if services[0].capacity > 1:
		found: dict[str, int] = {}
		for offer in _sessions(services[0], wish, start, end, None):
			day = offer.starts_at.astimezone(site_zone()).date().isoformat()
			found[day] = found.get(day, 0) + 1
		return found
	days = open_days(wanted_parts(wish, services), start, end, apart_from=apart_from)
	return {day.day.isoformat(): day.count for day in days}


def wanted_parts(wish: Wish, services: Sequence[Service]) -> tuple[WantedPart, ...]:
	"""A wish as the search takes it."""
	return tuple(
		WantedPart(service, (row.resource,) if row.resource else ())
		for service, row in zip(services, wish.services, strict=True)
	)


def _sessions(
	service: Service, wish: Wish, first: datetime, last: datetime, limit: int | None
) -> tuple[Offer, ...]:
	found = find_sessions(service.name, first, last, wish.seats, limit or MOST_OFFERS)
	asked = wish.services[0].resource
	return tuple(
		Offer(
			one.starts_at,
			one.ends_at,
			(OpenPart(service.name, one.starts_at, one.ends_at, one.resources),),
			one.session,
			one.free,
		)
		for one in found
		if (not wish.session or one.session == wish.session) and (not asked or asked in one.resources)
	)


def _not_online(service: str) -> GuestRefused:
	return GuestRefused(
		Refusal("not_online", "service", {"service": service[:60], "contact": contact_for_help()})
	)


def contact_for_help() -> str:
	"""Whom customers are told to call: the phone of the settings, else the company."""
	settings = frappe.get_cached_doc("Runbook Settings")
	return settings.company_phone or settings.company or frappe.db.get_default("company") or ""
