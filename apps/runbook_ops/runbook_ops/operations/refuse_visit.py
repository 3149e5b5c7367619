"""Refuse a visit with what is open instead: the same services, people and seats at the next times that are free."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_datetime

from ..core.booking import WAIVABLE, Waiver
from ..core.refusal import Refusal
from ..core.timeline import Interval
from ..errors import BookingRefused, RunbookError, SlotTaken
from ..messages import tell
from ..site_time import from_site, to_site, utc_now
from ..store.class_seats import OpenSession
from ..store.services import Service
from .find_sessions import next_sessions
from .find_slots import OpenSlot, next_open
from .lay_out_visit import BookedPart

ABOUT_TIME = frozenset(
	{
		"in_the_past",
		"too_soon",
		"too_far_ahead",
		"outside_hours",
		"closed_day",
		"no_resource",
		"resource_inactive",
	}
)
"""Refusals to which another time is an answer."""


def refuse_visit(
	refusal: Refusal,
	parts: Sequence[BookedPart],
	*,
	territory: str | None = None,
	apart_from: str | None = None,
	waiver: Waiver | None = None,
) -> NoReturn:
	"""Raise BookingRefused, with the next open slots where another time helps.

	`waiver`: who could book all the same with a reason, told to those who may.
	"""
	offers: tuple[OpenSlot, ...] = ()
	if refusal.code in ABOUT_TIME:
		earliest = refusal.values.get("earliest")
		after = earliest if isinstance(earliest, datetime) else parts[0].start
		offers = offers_for(parts, after, territory=territory, apart_from=apart_from)
	text = tell(refusal.code, dict(refusal.values))
	if "part" in refusal.values:
		text = tell("in_part", {"service": refusal.values["part"], "text": text})
	if waiver:
		text = f"{text} {tell(f'waived_by_{waiver.value}')}"
	_raise(BookingRefused, text, offers, _offer_text(offers), waiver and refusal.code)


def refuse_taken(
	taken: Mapping[str, Interval],
	parts: Sequence[BookedPart],
	**given,
) -> NoReturn:
	"""Raise SlotTaken with what is open next; BookingRefused when nobody fits at any time. `given` as in `find_slots`."""
	offers = offers_for(parts, parts[0].start, also_busy=taken, **given)
	text = tell("slot_taken", {"resources": ", ".join(taken)}) if taken else tell("no_resource")
	_raise(SlotTaken if taken or offers else BookingRefused, text, offers, _offer_text(offers))


def refuse_class(refusal: Refusal, booking: Document, service: Service, taken: bool = False) -> NoReturn:
	"""Raise the refusal of seats with the next sessions that have as many: SlotTaken when others were faster."""
	after = from_site(booking.starts_at) if booking.starts_at else utc_now()
	offers = next_sessions(service.name, after, utc_now(), booking.seats or 1)
	text = tell(refusal.code, dict(refusal.values))
	_raise(SlotTaken if taken else BookingRefused, text, offers, _session_text(offers))


def offers_for(parts: Sequence[BookedPart], after: datetime, **given) -> tuple[OpenSlot, ...]:
	"""The next open slots for the same visit, from a moment on; `given` as in `find_slots`."""
	wanted = [part.wanted for part in parts]
	notice = max(part.service.min_notice for part in parts)
	return next_open(wanted, max(after, utc_now() + notice), utc_now(), **given)


def _raise(
	error: type[RunbookError],
	text: str,
	offers: Sequence[OpenSlot | OpenSession],
	offered: str,
	waivable: str | None = None,
) -> NoReturn:
	refused = error(f"{text} {offered}".strip())
	refused.next_open = tuple(offers)
	frappe.local.response["next_open"] = [_told(offer) for offer in offers]
	action = {"label": _("Book it all the same"), "client_action": "frappe.runbook.book_all_the_same"}
	frappe.throw(str(refused), refused, primary_action=action if waivable in WAIVABLE else None)
	raise AssertionError("frappe.throw returned")


def _told(offer: OpenSlot | OpenSession) -> dict:
	told: dict[str, object] = {
		"starts_at": str(to_site(offer.starts_at)),
		"ends_at": str(to_site(offer.ends_at)),
		"resources": offer.resources,
	}
	if isinstance(offer, OpenSession):
		return {**told, "class_session": offer.session, "free": offer.free}
	if len(offer.parts) > 1:
		told["parts"] = [
			{
				"service": part.service,
				"starts_at": str(to_site(part.starts_at)),
				"ends_at": str(to_site(part.ends_at)),
				"resources": part.resources,
			}
			for part in offer.parts
		]
	return told


def _offer_text(offers: Sequence[OpenSlot]) -> str:
	slots = [_("{0} with {1}").format(_when(slot), ", ".join(slot.resources)) for slot in offers]
	return tell("next_open", {"slots": "; ".join(slots)}) if slots else ""


def _session_text(offers: Sequence[OpenSession]) -> str:
	slots = [_("{0}, {1} seats free").format(_when(session), session.free) for session in offers]
	return tell("next_open", {"slots": "; ".join(slots)}) if slots else ""


def _when(offer: OpenSlot | OpenSession) -> str:
	return format_datetime(to_site(offer.starts_at), "EEE d MMM HH:mm")
