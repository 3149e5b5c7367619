"""A customer looks at, moves or cancels a visit by its signed link, as far as the policy lets them."""

from dataclasses import dataclass
from datetime import date, datetime

import frappe
from frappe import _
from frappe.model.document import Document

from .. import links
from ..core.booking import BookingStatus
from ..core.fees import CUSTOMER, FeeDue, fee_if_cancelled
from ..core.guest_input import WantedService, Wish
from ..core.policies import Change, Policy, Standing, check_customer, last_moment
from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..site_time import from_utc, to_site, utc_now
from ..store.booking_fees import load_missed
from ..store.holds import end_expired
from ..store.policies import policy_of
from ..store.visits import PURPOSE, visit_token
from .draft_fee import reckon_tax
from .explain_fee import explain_cost
from .hold_slot import SlotGone, booking_values
from .offer_slots import Offer, contact_for_help, next_offers, offer_at, offered_days, offers


@dataclass(frozen=True)
class Visit:
	"""A visit as its customer may see it; moments are aware, a refusal says why it can't be changed here."""

	booking: Document
	starts_at: datetime
	ends_at: datetime
	policy: Policy | None
	no_move: Refusal | None
	no_cancel: Refusal | None
	move_until: datetime
	cancel_until: datetime
	contact: str
	cost: FeeDue | None
	"""What it would cost to cancel now."""
	costs: str
	"""The same in words."""


def read_visit(token: str) -> Visit:
	"""The visit that a link names; raises GuestRefused for a link that is forged, expired, or of a visit that is gone."""
	return _visit(_open(token))


def visit_days(token: str, first: date, last: date) -> dict[str, int]:
	"""The days to which a visit can be moved, as `offered_days` tells them."""
	booking = _open(token)
	return dict(offered_days(_wish(booking), first, last, apart_from=booking.name))


def visit_slots(token: str, first: datetime, last: datetime) -> tuple[Offer, ...]:
	"""The times to which a visit can be moved."""
	booking = _open(token)
	return offers(_wish(booking), first, last, apart_from=booking.name)


def move_visit(token: str, starts_at: datetime) -> Visit:
	"""Move the visit to another open time; to the time that it has is no change.

	Raises GuestRefused outside the policy, SlotGone when the time was taken meanwhile.
	"""
	booking = _open(token, lock=True)
	visit = _visit(booking)
	if visit.starts_at == starts_at:
		return visit
	if visit.no_move:
		raise GuestRefused(visit.no_move)
	end_expired(utc_now())
	wish = _wish(booking)
	offer = offer_at(wish, starts_at, apart_from=booking.name)
	if offer is None:
		raise SlotGone(next_offers(wish, max(starts_at, utc_now())))
	for field, value in booking_values((wish, offer)).items():
		booking.set(field, value)
	booking.save(ignore_permissions=True)
	return _visit(booking)


def cancel_visit(token: str, reason: str, fee: str) -> Visit:
	"""Cancel the visit; one that is cancelled stays so. `fee`: what the customer was told that it costs, such as 24.50.

	Raises GuestRefused outside the policy, and when it costs something else by now.
	"""
	booking = _open(token, lock=True)
	visit = _visit(booking)
	if booking.status == BookingStatus.CANCELLED:
		return visit
	if visit.no_cancel:
		raise GuestRefused(visit.no_cancel)
	asked = visit.cost.asked if visit.cost else ""
	if asked != fee:
		raise GuestRefused(Refusal("fee_not_told", "fee", {"costs": visit.costs, "asked": asked}))
	booking.update(
		{
			"status": BookingStatus.CANCELLED,
			"cancel_reason": reason or _("Cancelled online, no reason given"),
			"cancelled_by": CUSTOMER,
		}
	)
	booking.save(ignore_permissions=True)
	return _visit(booking)


def present_token(visit: Visit) -> str:
	"""The token of the visit's page, good as long as its day demands."""
	return visit_token(visit.booking.name, visit.ends_at)


def _open(token: str, lock: bool = False) -> Document:
	"""The booking that a token names; locked before anything is read, so that nothing of it is older than the lock."""
	name = links.read(PURPOSE, token, utc_now().date())
	if isinstance(name, Refusal):
		if name.code == "link_expired":
			raise GuestRefused(Refusal("visit_link_expired", "token", {"contact": contact_for_help()}))
		raise GuestRefused(name)
	if not frappe.db.get_value("Service Booking", name, "name", for_update=lock):
		raise GuestRefused(Refusal("visit_gone", "token", {"contact": contact_for_help()}))
	booking = frappe.get_doc("Service Booking", name)
	booking.flags.by_customer = True
	return booking


def _visit(booking: Document) -> Visit:
	policy = policy_of(booking.policy_version, booking.service)
	starts_at = from_utc(booking.starts_at_utc)
	standing = Standing(booking.status, starts_at, booking.moves or 0)
	now, contact = utc_now(), contact_for_help()
	no_cancel = check_customer(Change.CANCEL, standing, policy, now, contact)
	cost, costs = (None, "") if no_cancel else _cost(booking, now)
	return Visit(
		booking=booking,
		starts_at=starts_at,
		ends_at=from_utc(booking.ends_at_utc),
		policy=policy,
		no_move=check_customer(Change.MOVE, standing, policy, now, contact),
		no_cancel=no_cancel,
		move_until=last_moment(Change.MOVE, starts_at, policy),
		cancel_until=last_moment(Change.CANCEL, starts_at, policy),
		contact=contact,
		cost=cost,
		costs=costs,
	)


def _cost(booking: Document, now: datetime) -> tuple[FeeDue | None, str]:
	"""What it costs to cancel now, and the words for it."""
	missed = load_missed(booking.name) if booking.policy_version else None
	due = fee_if_cancelled(missed.terms, missed.lapse, now) if missed else None
	if due is None or missed is None or missed.terms is None:
		return None, ""
	due = reckon_tax(booking, to_site(now).date(), due)
	currency = frappe.get_cached_value("Company", booking.company, "default_currency")
	return due, explain_cost(due, currency, missed.terms.free_passes)


def _wish(booking: Document) -> Wish:
	"""What the visit is made of, as it would be asked for now; the person stays when one was asked for."""
	services = tuple(WantedService(row.service, row.resource or None) for row in booking.services)
	return Wish(services or (WantedService(booking.service),), booking.seats or 1)
