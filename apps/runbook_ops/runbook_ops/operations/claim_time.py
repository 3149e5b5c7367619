"""Claim a booking's time on all its resources at once, or say what is taken and what is open next."""

from collections.abc import Mapping
from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_datetime

from ..core.booking import CLAIMING
from ..core.claims import claim_span
from ..core.eligibility import claimed_resources
from ..core.timeline import Interval, to_minutes
from ..errors import BookingRefused, SlotTaken
from ..messages import tell
from ..site_time import from_site, to_site, utc_now
from ..store import claims
from ..store.resources import load_facts
from ..store.services import Service
from .find_slots import OpenSlot, find_slots, next_open
from .prepare_booking import is_moved, resources_of, service_of, wants_time


def claim_time(booking: Document, before: Document | None) -> None:
	"""Bring the claims in line with the booking: take, move, or give back; the booking names whom it got.

	Raises SlotTaken (with `next_open` on it) when a resource is taken, BookingRefused when nobody fits.
	"""
	if booking.status not in CLAIMING:
		if before and before.status in CLAIMING and booking.status != "Completed":
			claims.release(booking.name)
		return
	if not wants_time(booking, before) and not is_moved(booking, before):
		return
	service = service_of(booking)
	if before:
		_give_back(booking)
	if booking.resources:
		_claim_chosen(booking, service)
	else:
		_claim_whoever_is_free(booking, service)


def _give_back(booking: Document) -> None:
	"""Release what the booking holds, under the locks of what it holds and what it wants: locks first, for all of them."""
	held = claims.held_by(booking.name)
	if held:
		claims.lock_resources({*held, *claimed_resources(resources_of(booking), load_facts())})
		claims.release(booking.name)


def _claim_chosen(booking: Document, service: Service) -> None:
	span = _span(booking, service)
	wanted = claimed_resources(resources_of(booking), load_facts())
	claims.lock_resources(wanted)
	taken = claims.take(booking.name, wanted, *span)
	if taken:
		_refuse(booking, service, taken, only=resources_of(booking))


def _claim_whoever_is_free(booking: Document, service: Service) -> None:
	span = _span(booking, service)
	start = from_site(booking.starts_at)
	length = from_site(booking.ends_at) - start
	resources = load_facts()
	lost: dict[str, Interval] = {}
	while True:
		found = find_slots(
			service,
			start,
			start + timedelta(minutes=1),
			duration=length,
			territory=booking.territory,
			also_busy=lost,
			grid=1,
		)
		if not found:
			break
		wanted = claimed_resources(found[0].resources, resources)
		claims.lock_resources(wanted)
		taken = claims.take(booking.name, wanted, *span)
		if not taken:
			for name in found[0].resources:
				booking.append("resources", {"resource": name, "kind": resources[name].kind})
			return
		lost.update(taken)
	_refuse(booking, service, lost)


def _span(booking: Document, service: Service) -> Interval:
	minute = timedelta(minutes=1)
	return claim_span(
		to_minutes(from_site(booking.starts_at)),
		to_minutes(from_site(booking.ends_at)),
		service.buffer_before // minute,
		service.buffer_after // minute,
	)


def _refuse(booking: Document, service: Service, taken: Mapping[str, Interval], **narrowed) -> None:
	offers = next_open(
		service,
		from_site(booking.starts_at),
		utc_now(),
		also_busy=taken,
		territory=booking.territory,
		**narrowed,
	)
	text = tell("slot_taken", {"resources": ", ".join(taken)}) if taken else tell("no_resource")
	error = (SlotTaken if taken or offers else BookingRefused)(f"{text} {_offer_text(offers)}".strip())
	error.next_open = offers
	frappe.local.response["next_open"] = [
		{
			"starts_at": str(to_site(slot.starts_at)),
			"ends_at": str(to_site(slot.ends_at)),
			"resources": slot.resources,
		}
		for slot in offers
	]
	frappe.throw(str(error), error)


def _offer_text(offers: tuple[OpenSlot, ...]) -> str:
	if not offers:
		return ""
	slots = [
		_("{0} with {1}").format(
			format_datetime(to_site(slot.starts_at), "EEE d MMM HH:mm"), ", ".join(slot.resources)
		)
		for slot in offers
	]
	return tell("next_open", {"slots": "; ".join(slots)})
