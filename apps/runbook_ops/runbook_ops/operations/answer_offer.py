"""A customer's answer to an offer of the waitlist: taken, declined, or no longer waiting."""

from dataclasses import dataclass

import frappe
from frappe.model.document import Document

from ..core.booking import BookingStatus
from ..core.deposit_rules import DepositState
from ..core.guest_input import Details
from ..core.refusal import Refusal
from ..core.waitlist import EntryStatus, OfferStatus, check_answer, overlaps
from ..errors import BookingRefused
from ..site_time import to_site, utc_now
from ..store import claims, holds, waitlist
from ..store.policies import policy_in_force
from ..store.waitlist import OfferRow
from .ask_deposit import offer_payment
from .know_customer import know_customer
from .offer_freed_slot import end_offer

SOURCE = "Waitlist"


@dataclass(frozen=True)
class Answer:
	"""What came of it: the booking, or why there is none."""

	booking: str | None = None
	refusal: Refusal | None = None


def take_offer(name: str) -> Answer:
	"""Book what is offered. Of several who were asked the first has it; the others keep waiting."""
	offer = _lock(name)
	if offer is None:
		return Answer(refusal=Refusal("offer_gone", "offer"))
	if offer.status is OfferStatus.TAKEN:
		return Answer(offer.booking)
	refusal = check_answer(offer.status, offer.until, utc_now()) or _entry_over(offer.entry)
	if refusal:
		return Answer(refusal=refusal)
	frappe.db.savepoint("runbook_offer")
	try:
		booking = _book(offer)
	except BookingRefused:
		frappe.db.rollback(save_point="runbook_offer")
		frappe.clear_messages()
		end_offer(offer, OfferStatus.LOST)
		waitlist.reopen_freed(offer.slot)
		return Answer(refusal=Refusal("offer_lost", "offer"))
	end_offer(offer, OfferStatus.TAKEN, booking)
	entry = {"status": EntryStatus.BOOKED.value, "booking": booking}
	frappe.db.set_value("Waitlist Entry", offer.entry, entry)
	_end_what_it_rules_out(offer)
	return Answer(booking)


def decline_offer(name: str, stop_waiting: bool = False) -> Answer:
	"""Let the next one have it; the customer keeps waiting for another time, or stops."""
	offer = _lock(name)
	refusal = check_answer(offer.status, offer.until, utc_now()) if offer else Refusal("offer_gone", "offer")
	if offer and refusal is None:
		end_offer(offer, OfferStatus.DECLINED)
		waitlist.reopen_freed(offer.slot)
	if offer and stop_waiting:
		withdraw_entry(offer.entry)
		return Answer()
	return Answer(refusal=refusal)


def withdraw_entry(entry: str) -> None:
	"""Take somebody off the waitlist; what is offered to them goes to the next."""
	status = frappe.db.get_value("Waitlist Entry", entry, "status", for_update=True)
	if status not in (EntryStatus.WAITING, EntryStatus.OFFERED):
		return
	_withdraw_offers(entry)
	frappe.db.set_value("Waitlist Entry", entry, "status", EntryStatus.WITHDRAWN.value)


def _lock(name: str) -> OfferRow | None:
	"""The offer under the lock of its freed slot, so that two answers take turns."""
	slot = frappe.db.get_value("Waitlist Offer", name, "slot")
	if not slot or waitlist.lock_freed(slot) is None:
		return None
	return waitlist.lock_offer(name)


def _entry_over(entry: str) -> Refusal | None:
	"""An entry is used once, whichever of its offers is taken first."""
	status = frappe.db.get_value("Waitlist Entry", entry, "status", for_update=True)
	waits = status in (EntryStatus.WAITING, EntryStatus.OFFERED)
	return None if waits else Refusal("offer_withdrawn", "offer")


def _book(offer: OfferRow) -> str:
	entry = frappe.get_doc("Waitlist Entry", offer.entry)
	policy = policy_in_force(offer.service)
	now = to_site(utc_now())
	if offer.hold:
		holds.lock_hold(offer.hold)
		claims.lock_resources(claims.held_by(offer.hold))
		holds.release_all(offer.hold)
	booking = frappe.get_doc(
		{
			"doctype": "Service Booking",
			"status": BookingStatus.CONFIRMED,
			"service": offer.service,
			"starts_at": to_site(offer.start),
			"ends_at": to_site(offer.end),
			"class_session": offer.class_session,
			"resources": [
				{"resource": name} for name in ([] if offer.class_session else offer.place.resources)
			],
			"email": entry.email or None,
			"mobile": entry.mobile or None,
			"notes": entry.notes,
			"source": SOURCE,
			"policy_version": policy.name if policy else None,
			"policy_accepted_at": now if policy else None,
			**_customer(entry),
		}
	)
	booking.flags.ask_deposit = True
	booking.insert(ignore_permissions=True)
	if booking.deposit_state == DepositState.ASKED:
		offer_payment(booking)
	return booking.name


def _customer(entry: Document) -> dict[str, str | None]:
	if entry.customer:
		return {"customer": entry.customer}
	profile = know_customer(Details(entry.customer_name, entry.email or "", entry.mobile or ""))
	return {"customer": profile.customer, "contact": profile.contact}


def _end_what_it_rules_out(taken: OfferRow) -> None:
	"""The same customer's other offers, and the others' offers of the same time; what is left of the slot is offered on."""
	_withdraw_offers(taken.entry)
	for other in waitlist.offers_of_slot(taken.slot):
		if other.status is OfferStatus.OPEN and (
			other.class_session is None and overlaps(taken.place, other.place)
		):
			end_offer(other, OfferStatus.LOST)
	waitlist.reopen_freed(taken.slot)


def _withdraw_offers(entry: str) -> None:
	for other in waitlist.open_offers_of_entry(entry):
		end_offer(other, OfferStatus.WITHDRAWN)
		waitlist.reopen_freed(other.slot)
