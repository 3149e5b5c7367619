"""Offer a freed slot to the waitlist: to one customer after the other with the time held, or to all at once."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import frappe
from frappe import _

from ..core.booking import GRAIN_MINUTES
from ..core.eligibility import Resources, claimed_resources
from ..core.timeline import MINUTE, from_minutes, to_minutes
from ..core.visit import PlacedPart, claimed_spans
from ..core.waitlist import (
	EntryStatus,
	Freed,
	FreedStatus,
	Match,
	Misfit,
	OfferStatus,
	Order,
	Place,
	Waiting,
	match_waiting,
)
from ..messages import tell
from ..naming import new_code
from ..site_time import site_zone, to_site, to_utc, utc_now
from ..store import claims, holds, waitlist
from ..store.class_seats import lock_sessions, take_seats
from ..store.resources import load_facts
from ..store.services import Service, WantedPart, load_service
from ..store.waitlist import FreedRow, OfferRow
from .find_slots import find_slots

USUAL_MINUTES = 60
MOST_PLACES = 300
MOST_TOLD = 10


@dataclass(frozen=True)
class Asking:
	"""How the waitlist is asked, as the settings say."""

	order: Order
	holds: timedelta


def offer_freed_slot(name: str) -> None:
	"""Bring a freed slot one step on: end the offers that have run out, ask who is next, or close it."""
	freed = waitlist.lock_freed(name)
	if freed is None or freed.status in (FreedStatus.TAKEN, FreedStatus.OVER):
		return
	now, asking = utc_now(), asking_of_settings()
	offers = waitlist.offers_of_slot(name)
	for offer in offers:
		if offer.status is OfferStatus.OPEN and offer.until <= now:
			end_offer(offer, OfferStatus.EXPIRED)
	still = [offer for offer in offers if offer.status is OfferStatus.OPEN and offer.until > now]
	if still and (asking.order is Order.IN_ORDER or freed.status is FreedStatus.OFFERED):
		waitlist.set_freed(name, FreedStatus.OFFERED, min(offer.until for offer in still))
		return
	made, misfits = _ask(freed, asking, now)
	until = [*(match.until for match in made), *(offer.until for offer in still)]
	if until:
		waitlist.set_freed(name, FreedStatus.OFFERED, min(until), _told(misfits))
		return
	taken = any(offer.status is OfferStatus.TAKEN for offer in offers)
	waitlist.set_freed(name, FreedStatus.TAKEN if taken else FreedStatus.OVER, None, _told(misfits))


def asking_of_settings() -> Asking:
	"""The order and the time that customers get to answer."""
	settings = frappe.get_cached_doc("Runbook Settings")
	minutes = settings.waitlist_minutes or USUAL_MINUTES
	return Asking(Order(settings.waitlist_order or Order.IN_ORDER), timedelta(minutes=minutes))


def end_offer(offer: OfferRow, status: OfferStatus, booking: str | None = None) -> None:
	"""End an open offer: its hold is given back, and its customer waits on unless another offer is open."""
	if offer.hold:
		holds.end_hold(offer.hold, holds.BOOKED if booking else holds.RELEASED, booking)
	doc = frappe.get_doc("Waitlist Offer", offer.name, for_update=True)
	doc.update({"status": status, "booking": booking, "answered_at": to_site(utc_now())})
	doc.save(ignore_permissions=True)
	if status is not OfferStatus.TAKEN and not waitlist.open_offers_of_entry(offer.entry):
		_set_entry(offer.entry, EntryStatus.WAITING)


def _ask(freed: FreedRow, asking: Asking, now: datetime) -> tuple[tuple[Match, ...], tuple[Misfit, ...]]:
	facts = load_facts()
	waiting = _waiting_for(freed, asking)
	services = {one.service: load_service(one.service) for one in waiting}
	known = {name: service for name, service in services.items() if service}
	waiting = tuple(one for one in waiting if one.service in known)
	mine = _freed(freed, facts)
	matches, misfits = match_waiting(
		mine,
		waiting,
		_places(freed, mine, waiting, known, facts),
		{name: service.min_notice for name, service in known.items()},
		now,
		asking.holds,
		site_zone(),
	)
	made = []
	for match in matches:
		service = next(known[one.service] for one in waiting if one.name == match.entry)
		if _offer(freed, match, service, facts, asking):
			made.append(match)
			if asking.order is Order.IN_ORDER:
				break
	return tuple(made), misfits


def _waiting_for(freed: FreedRow, asking: Asking) -> tuple[Waiting, ...]:
	"""Asked in order, a customer gets one offer at a time; asked all at once, whoever is first at either."""
	states = [EntryStatus.WAITING]
	if asking.order is Order.TO_ALL:
		states.append(EntryStatus.OFFERED)
	first, last = to_site(freed.start).date(), to_site(freed.end).date()
	return waitlist.load_waiting(freed.name, first, last, states)


def _freed(freed: FreedRow, facts: Resources) -> Freed:
	"""The freed time with everybody whom it frees: a crew its people, and a person the crews that had to wait for them."""
	people = frozenset(claimed_resources(tuple(name for name in freed.resources if name in facts), facts))
	crews = {name for name, one in facts.items() if not people.isdisjoint(one.members)}
	return Freed((to_minutes(freed.start), to_minutes(freed.end)), people | crews)


def _places(
	freed: FreedRow,
	mine: Freed,
	waiting: Sequence[Waiting],
	services: Mapping[str, Service],
	facts: Resources,
) -> Mapping[str, tuple[Place, ...]]:
	"""Where each of them could go now; those who want the same are looked up together."""
	found: dict[tuple[str, frozenset[str]], tuple[Place, ...]] = {}
	for one in waiting:
		wish = (one.service, one.people)
		if wish not in found:
			found[wish] = _open_places(freed, mine, services[one.service], one.people, facts)
	return {one.name: found[one.service, one.people] for one in waiting}


def _open_places(
	freed: FreedRow, mine: Freed, service: Service, people: frozenset[str], facts: Resources
) -> tuple[Place, ...]:
	if freed.class_session:
		place = Place(*mine.span, freed.resources)
		return (place,) if service.name == freed.service else ()
	if service.capacity > 1 or not service.active or freed.end <= utc_now():
		return ()
	wanted = WantedPart(service, _only(mine, people, facts))
	longest = max((wanted.lasts, *wanted.lasts_with.values()))
	slots = find_slots(
		(wanted,),
		max(freed.start - longest + MINUTE, utc_now()),
		freed.end,
		limit=MOST_PLACES,
		grid=GRAIN_MINUTES,
	)
	return tuple(
		Place(to_minutes(slot.starts_at), to_minutes(slot.ends_at), slot.resources)
		for slot in slots
		if slot.ends_at > freed.start
	)


def _only(mine: Freed, people: frozenset[str], facts: Resources) -> tuple[str, ...]:
	"""The freed resources; where the customer wants certain people, these in the place of the freed ones."""
	asked = {name for name in people if name in facts}
	kinds = {"Person", "Crew"} if asked else set()
	return tuple(sorted(asked | {name for name in mine.resources if facts[name].kind not in kinds}))


def _offer(freed: FreedRow, match: Match, service: Service, facts: Resources, asking: Asking) -> bool:
	"""Make the offer; False when the time was taken at this very moment."""
	hold = None
	if asking.order is Order.IN_ORDER:
		hold = new_code("HD")
		if not _take(hold, freed, match.place, service, facts):
			return False
	start, end = from_minutes(match.place.start), from_minutes(match.place.end)
	offer = frappe.get_doc(
		{
			"doctype": "Waitlist Offer",
			"entry": match.entry,
			"customer_name": frappe.db.get_value("Waitlist Entry", match.entry, "customer_name"),
			"status": OfferStatus.OPEN,
			"service": service.name,
			"class_session": freed.class_session,
			"starts_at": to_site(start),
			"ends_at": to_site(end),
			"starts_at_utc": to_utc(start),
			"ends_at_utc": to_utc(end),
			"expires_at": to_site(match.until),
			"expires_at_utc": to_utc(match.until.replace(microsecond=0)),
			"resources": json.dumps(list(match.place.resources)),
			"slot": freed.name,
		}
	)
	offer.insert(ignore_permissions=True)
	if hold:
		_write_hold(hold, offer.name, freed, match, service)
		offer.db_set("hold", hold, update_modified=False)
	_set_entry(match.entry, EntryStatus.OFFERED)
	return True


def _take(hold: str, freed: FreedRow, place: Place, service: Service, facts: Resources) -> bool:
	if freed.class_session:
		session = lock_sessions([freed.class_session]).get(freed.class_session)
		return bool(session and session.status == "Scheduled" and take_seats(session, hold, 1))
	part = PlacedPart(
		place.start,
		place.end,
		place.resources,
		service.buffer_before // MINUTE,
		service.buffer_after // MINUTE,
	)
	spans = claimed_spans([part], facts)
	claims.lock_resources(spans)
	return not claims.take_spans(hold, spans)


def _write_hold(hold: str, offer: str, freed: FreedRow, match: Match, service: Service) -> None:
	start, end = from_minutes(match.place.start), from_minutes(match.place.end)
	part = {
		"service": service.name,
		"starts_at": start.isoformat(),
		"ends_at": end.isoformat(),
		"resources": list(match.place.resources),
	}
	wanted = {
		"services": [{"service": service.name, "resource": None}],
		"seats": 1,
		"asked_session": freed.class_session,
		"session": freed.class_session,
		"parts": [part],
	}
	holds.add_hold(
		hold,
		{
			"service": service.name,
			"status": holds.HELD,
			"starts_at_utc": to_utc(start),
			"ends_at_utc": to_utc(end),
			"expires_at": to_utc(match.until.replace(microsecond=0)),
			"wanted": json.dumps(wanted),
			"waitlist_offer": offer,
		},
	)


def _set_entry(entry: str, status: EntryStatus) -> None:
	frappe.db.set_value("Waitlist Entry", entry, "status", status.value)


def _told(misfits: Sequence[Misfit]) -> str:
	"""Why those were passed over who were, for people to read."""
	lines = [f"{one.entry}: {tell(one.why.code, dict(one.why.values))}" for one in misfits[:MOST_TOLD]]
	if len(misfits) > MOST_TOLD:
		lines.append(_("and {0} more").format(len(misfits) - MOST_TOLD))
	return "\n".join(lines)
