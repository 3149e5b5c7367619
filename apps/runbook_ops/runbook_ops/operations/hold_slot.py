"""Hold a slot while a customer fills in the form: it claims the time as a booking does, and gives it back by itself."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import frappe

from .. import links
from ..core.classes import check_seats_wanted
from ..core.eligibility import Resources
from ..core.guest_input import HoldWish, WantedService, Wish
from ..core.refusal import Refusal
from ..core.timeline import Interval, to_minutes
from ..core.visit import PlacedPart, claimed_spans
from ..errors import GuestRefused
from ..naming import new_code
from ..site_time import site_zone, to_site, to_utc, utc_now
from ..store import claims, holds
from ..store.class_seats import lock_sessions, take_seats
from ..store.limits import serialise
from ..store.resources import load_facts
from ..store.services import load_service
from .find_slots import OpenPart
from .offer_slots import Offer, next_offers, offer_at

PURPOSE = "hold"
MINUTE = timedelta(minutes=1)
MOST_OF_A_CLIENT = 4
MOST_OF_A_SLOT = 3
MOST_ON_A_DAY = 8
"""Holds that may keep time of the same resource on the same day: a crowd of robots blocks no day."""
SLOT_WINDOW = timedelta(hours=1)
DEFAULT_MINUTES = 10


@dataclass(frozen=True)
class Held:
	"""A slot that is kept for somebody who has the token."""

	name: str
	token: str
	expires_at: datetime
	offer: Offer


class SlotGone(GuestRefused):
	"""The time was taken meanwhile; `next_open` has the next ones."""

	def __init__(self, next_open: tuple[Offer, ...]):
		super().__init__(Refusal("slot_gone", "starts_at"))
		self.next_open = next_open


def hold_slot(
	wanted: HoldWish, client: str, waitlist_offer: str | None = None, lasts: timedelta | None = None
) -> Held:
	"""Keep a slot for a client (a digest); the same key again is the same hold.

	Raises SlotGone when the time is no longer open, GuestRefused for a wish that can't be or goes over the limits.
	"""
	now = utc_now()
	serialise("holds", client, now)
	known = holds.hold_with_key(wanted.key)
	if known:
		return _again(known, wanted, now)
	if wanted.instead:
		release_hold(wanted.instead)
	holds.end_expired(now)
	if not waitlist_offer:
		_check_limits(wanted, client, now)
	name = new_code("HD")
	offer = _claim(name, wanted, now, counted=not waitlist_offer)
	expires_at = (now + (lasts or hold_time())).replace(microsecond=0)
	holds.add_hold(
		name,
		{
			"service": wanted.wish.services[0].service,
			"status": holds.HELD,
			"starts_at_utc": to_utc(offer.starts_at),
			"ends_at_utc": to_utc(offer.ends_at),
			"expires_at": to_utc(expires_at),
			"wanted": json.dumps(_to_data(wanted.wish, offer)),
			"request_key": wanted.key,
			"client": client,
			"waitlist_offer": waitlist_offer,
		},
	)
	return Held(name, _token(name, expires_at), expires_at, offer)


def release_hold(token: str) -> None:
	"""Give a hold back; one that is over, booked or nobody's is left as it is."""
	name = links.read(PURPOSE, token, utc_now().date())
	found = holds.lock_hold(name) if isinstance(name, str) else None
	if found and found.status == holds.HELD:
		holds.end_hold(found.name, holds.RELEASED)


def lock_held(token: str) -> holds.Hold:
	"""The hold that a token names, locked, whether it is alive or not; raises GuestRefused when there is none."""
	name = links.read(PURPOSE, token, utc_now().date())
	if isinstance(name, Refusal):
		expired = name.code == "link_expired"
		raise GuestRefused(Refusal("hold_expired" if expired else "hold_needed", "hold"))
	found = holds.lock_hold(name)
	if found is None:
		raise GuestRefused(Refusal("hold_expired", "hold"))
	return found


def use_hold(hold: holds.Hold) -> Mapping[str, object]:
	"""Give a live hold's time back for the booking that takes it in this same transaction, under the same locks.

	Gives the booking's values: services, resources, times, seats.
	"""
	claims.lock_resources(claims.held_by(hold.name))
	wanted = hold.wanted
	session = wanted.get("session")
	if session:
		lock_sessions([str(session)])
	holds.release_all(hold.name)
	return booking_values(from_data(wanted))


def booking_values(told: tuple[Wish, Offer]) -> Mapping[str, object]:
	"""What a wish at an offered time means for a booking's fields."""
	wish, offer = told
	facts = load_facts()
	values: dict[str, object] = {
		"service": wish.services[0].service,
		"starts_at": to_site(offer.starts_at),
		"ends_at": to_site(offer.ends_at),
	}
	if offer.session:
		return {**values, "class_session": offer.session, "seats": wish.seats}
	values["resources"] = [
		{"resource": name, "kind": facts[name].kind, "part": place}
		for place, part in enumerate(offer.parts, 1)
		for name in part.resources
		if name in facts
	]
	if len(offer.parts) > 1:
		values["services"] = [
			{
				"service": row.service,
				"resource": row.resource,
				"starts_at": to_site(part.starts_at),
				"ends_at": to_site(part.ends_at),
			}
			for row, part in zip(wish.services, offer.parts, strict=True)
		]
	return values


def hold_time() -> timedelta:
	"""How long a slot is kept, from the settings."""
	minutes = frappe.db.get_single_value("Runbook Settings", "hold_minutes", cache=True)
	return timedelta(minutes=minutes or DEFAULT_MINUTES)


def _again(known: holds.Hold, wanted: HoldWish, now: datetime) -> Held:
	wish, offer = from_data(known.wanted)
	if wish != wanted.wish or offer.starts_at != wanted.starts_at:
		raise GuestRefused(Refusal("hold_of_other", "key"))
	if not known.is_alive(now):
		raise GuestRefused(Refusal("hold_expired", "key"))
	return Held(known.name, _token(known.name, known.expires_at), known.expires_at, offer)


def _check_limits(wanted: HoldWish, client: str, now: datetime) -> None:
	if holds.count_alive(client, now) >= MOST_OF_A_CLIENT:
		minutes = hold_time() // MINUTE
		raise GuestRefused(Refusal("too_many_holds", "hold", {"minutes": minutes}))
	since = to_site(now - SLOT_WINDOW)
	service = wanted.wish.services[0].service
	if holds.count_same_slot(client, service, wanted.starts_at, since) >= MOST_OF_A_SLOT:
		raise GuestRefused(Refusal("slot_held_often", "starts_at"))


def _claim(name: str, wanted: HoldWish, now: datetime, counted: bool) -> Offer:
	"""Take the time for the hold, of whoever is free; another tries to get it at the same moment, so it may take turns."""
	facts = load_facts()
	lost: dict[str, Interval] = {}
	while True:
		offer = offer_at(wanted.wish, wanted.starts_at, also_busy=lost)
		if offer is None:
			raise SlotGone(next_offers(wanted.wish, max(wanted.starts_at, now)))
		if offer.session:
			_take_seats(name, wanted, offer)
			return offer
		spans = _spans(offer, facts)
		claims.lock_resources(spans)
		if counted:
			_check_day(spans, offer, now)
		taken = claims.take_spans(name, spans)
		if not taken:
			return offer
		lost.update(taken)


def _take_seats(name: str, wanted: HoldWish, offer: Offer) -> None:
	session = lock_sessions([offer.session or ""]).get(offer.session or "")
	refusal = (
		check_seats_wanted(session, wanted.wish.services[0].service, wanted.wish.seats) if session else None
	)
	if session is None or refusal or not take_seats(session, name, wanted.wish.seats):
		raise SlotGone(next_offers(wanted.wish, wanted.starts_at + MINUTE))


def _spans(offer: Offer, facts: Resources) -> Mapping[str, tuple[Interval, ...]]:
	placed = []
	for part in offer.parts:
		service = load_service(part.service)
		before, after = (service.buffer_before, service.buffer_after) if service else (MINUTE * 0, MINUTE * 0)
		placed.append(
			PlacedPart(
				to_minutes(part.starts_at),
				to_minutes(part.ends_at),
				part.resources,
				before // MINUTE,
				after // MINUTE,
			)
		)
	return claimed_spans(placed, facts)


def _check_day(spans: Mapping[str, tuple[Interval, ...]], offer: Offer, now: datetime) -> None:
	midnight = offer.starts_at.astimezone(site_zone()).replace(hour=0, minute=0)
	first = to_minutes(midnight.astimezone(UTC))
	if holds.count_on_day(tuple(spans), first, first + 24 * 60, now) >= MOST_ON_A_DAY:
		raise GuestRefused(Refusal("day_is_busy", "starts_at"))


def _token(name: str, expires_at: datetime) -> str:
	return links.sign(PURPOSE, name, (expires_at + timedelta(days=1)).date())


def _to_data(wish: Wish, offer: Offer) -> dict[str, object]:
	return {
		"services": [{"service": row.service, "resource": row.resource} for row in wish.services],
		"seats": wish.seats,
		"asked_session": wish.session,
		"session": offer.session,
		"parts": [
			{
				"service": part.service,
				"starts_at": part.starts_at.isoformat(),
				"ends_at": part.ends_at.isoformat(),
				"resources": list(part.resources),
			}
			for part in offer.parts
		],
	}


def from_data(wanted: Mapping) -> tuple[Wish, Offer]:
	"""The wish and the offered time that a hold has written down."""
	wish = Wish(
		tuple(WantedService(row["service"], row["resource"]) for row in wanted["services"]),
		wanted["seats"],
		wanted["asked_session"],
	)
	parts = tuple(
		OpenPart(
			row["service"],
			datetime.fromisoformat(row["starts_at"]),
			datetime.fromisoformat(row["ends_at"]),
			tuple(row["resources"]),
		)
		for row in wanted["parts"]
	)
	return wish, Offer(parts[0].starts_at, parts[-1].ends_at, parts, wanted["session"])
