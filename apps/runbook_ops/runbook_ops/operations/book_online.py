"""Book a held slot for somebody without a login: customer, booking and what the business is told, in one transaction."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_datetime

from ..core.booking import BookingStatus
from ..core.deposit_rules import DepositState
from ..core.guest_input import BookWish, Details
from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..site_time import from_utc, to_site, utc_now
from ..store import holds
from ..store.limits import Limit, count_up, serialise
from ..store.policies import policy_in_force
from ..store.visits import visit_token
from .ask_deposit import offer_payment
from .hold_slot import lock_held, use_hold
from .know_customer import Profile, know_customer, make_address, normal_details, who
from .offer_slots import contact_for_help
from .open_task import TaskWish, open_task
from .tell_deposit import tell_deposit

SOURCE = "Online"
LEAST_SECONDS = 2
"""Nobody fills in a form faster."""
ANSWER_WITHIN = timedelta(hours=4)
A_DAY = Limit(times=8, seconds=24 * 60 * 60)
"""Bookings with the same e-mail address or phone number."""


@dataclass(frozen=True)
class Booked:
	"""What came of it; `token` opens the visit's page, `deposit` is what it waits for."""

	booking: str
	status: str
	token: str
	deposit: dict | None = None


def book_online(wish: BookWish) -> Booked:
	"""Book what is held, details as `normal_form` gives them; the same hold sent again gives the booking that it has become.

	The first thing is the lock on the person, so that two forms of somebody new make one customer.
	Raises GuestRefused with the field to mend, or when the hold is over.
	"""
	details = wish.details
	serialise("person", who(details), utc_now())
	hold = lock_held(wish.hold)
	if hold.status == holds.BOOKED and hold.booking:
		return _told(frappe.get_doc("Service Booking", hold.booking))
	if not hold.is_alive(utc_now()):
		raise GuestRefused(Refusal("hold_expired", "hold"))
	company = default_company()
	_check_form(wish, hold)
	digest = who(details)
	if count_up("bookings", digest, A_DAY, utc_now()):
		raise GuestRefused(Refusal("too_many_bookings", "email", {"contact": contact_for_help()}))
	profile = know_customer(details)
	booking = _insert(hold, details, profile, company)
	holds.end_hold(hold.name, holds.BOOKED, booking.name)
	frappe.db.set_value("Slot Hold", hold.name, "contact", digest, update_modified=False)
	if booking.deposit_state == DepositState.ASKED:
		offer_payment(booking)
	elif booking.status != BookingStatus.CONFIRMED:
		_ask_for_an_answer(booking)
	return _told(booking)


def normal_form(wish: BookWish) -> BookWish:
	"""The form with address and number in one way of writing; raises GuestRefused for one that can't be."""
	return replace(wish, details=normal_details(wish.details, default_company()))


def refuse_robots(trap: str, seconds: int) -> None:
	"""Refuse a form with the field filled in that people don't see, or filled in faster than people type."""
	if trap or seconds < LEAST_SECONDS:
		raise GuestRefused(Refusal("too_fast", "name"))


def _check_form(wish: BookWish, hold: holds.Hold) -> None:
	refuse_robots(wish.trap, wish.seconds)
	policy = policy_in_force(hold.service)
	if policy and wish.accepted != policy.name:
		raise GuestRefused(Refusal("policy_changed" if wish.accepted else "policy_not_accepted", "accepted"))
	services = [row["service"] for row in hold.wanted["services"]]
	outside = frappe.get_all(
		"Bookable Service", {"name": ("in", services), "needs_address": 1}, pluck="name", order_by="name asc"
	)
	if outside and wish.details.address is None:
		raise GuestRefused(Refusal("address_needed", "line"))


def _insert(hold: holds.Hold, details: Details, profile: Profile, company: str | None) -> Document:
	policy = policy_in_force(hold.service)
	now = to_site(utc_now())
	values = dict(use_hold(hold))
	booking = frappe.get_doc(
		{
			**values,
			"doctype": "Service Booking",
			"status": _status(),
			"customer": profile.customer,
			"contact": profile.contact,
			"company": company,
			"email": details.email or None,
			"mobile": details.phone or None,
			"notes": "\n".join(filter(None, (details.notes, profile.notes))),
			"address": make_address(profile.customer, details.address, company) if details.address else None,
			"source": SOURCE,
			"requested_starts_at": values["starts_at"],
			"policy_version": policy.name if policy else None,
			"policy_accepted_at": now if policy else None,
		}
	)
	booking.flags.by_customer = True
	booking.flags.was_held = booking.flags.ask_deposit = True
	return booking.insert(ignore_permissions=True)


def _ask_for_an_answer(booking: Document) -> None:
	"""Whoever answers for the business gets it to decide, well before the visit."""
	due_at = min(utc_now() + ANSWER_WITHIN, max(utc_now(), from_utc(booking.starts_at_utc)))
	open_task(
		TaskWish(
			subject=_("Answer {0}: {1} on {2}").format(
				booking.customer_name, booking.service, format_datetime(booking.starts_at, "EEE d MMM HH:mm")
			),
			due_at=due_at,
			key=f"online-request|{booking.name}",
			role="Runbook Front Desk",
			values={"booking": booking.name, "customer": booking.customer},
		)
	)


def _told(booking: Document) -> Booked:
	ends_at: datetime = from_utc(booking.ends_at_utc)
	return Booked(booking.name, booking.status, visit_token(booking.name, ends_at), tell_deposit(booking))


def _status() -> str:
	wished = frappe.db.get_single_value("Runbook Settings", "online_booking", cache=True)
	return wished if wished in ("Requested", "Held") else BookingStatus.CONFIRMED


def default_company() -> str | None:
	return frappe.db.get_single_value(
		"Runbook Settings", "company", cache=True
	) or frappe.defaults.get_global_default("company")
