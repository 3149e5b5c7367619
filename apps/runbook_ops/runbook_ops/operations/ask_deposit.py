"""Ask for the deposit of the policy: the booking keeps its time until it is due, and its customer gets the pay link."""

from datetime import timedelta
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import flt, getdate

from ..core.booking import BookingStatus
from ..core.deposit_rules import DepositState
from ..core.refusal import Refusal
from ..errors import PaymentRefused
from ..messages import refuse, tell
from ..site_time import from_utc, utc_now
from ..store.pay_links import lock_open_link
from .check_deposit import amount_text, deposit_due, note_agreed, note_asked
from .make_pay_link import link_for_deposit, save_link
from .open_task import TaskWish, open_task
from .send_pay_link import send_pay_link
from .settle_payment import at_the_desk
from .undo_refused import undo_refused

ANSWER_WITHIN = timedelta(hours=4)
OPEN = (BookingStatus.REQUESTED, BookingStatus.HELD)


def ask_deposit(booking: str) -> Document:
	"""The Pay Link, after the booking that is not confirmed yet keeps its time until the deposit is due; asked again, the same one.

	Raises PaymentRefused, also with the reason why the policy asks for none. The caller has checked permission.
	"""
	if not frappe.db.exists("Service Booking", booking):
		refuse(Refusal("deposit_without_booking", "booking", {"booking": booking}), PaymentRefused)
	lock_open_link(booking)
	visit = frappe.get_doc("Service Booking", booking, for_update=True)
	if visit.status not in OPEN:
		refuse(Refusal("deposit_ask_closed", "status", {"status": visit.status}), PaymentRefused)
	if visit.deposit_state and visit.deposit_state != DepositState.ASKED:
		refuse(
			Refusal("deposit_asked_already", "deposit_state", {"state": visit.deposit_state}), PaymentRefused
		)
	if not (visit.deposit_state and visit.deposit_due_at):
		due = deposit_due(visit)
		if isinstance(due, Refusal):
			refuse(due, PaymentRefused)
		note_asked(visit, due, keeps_time=True)
		visit.save()
	return link_for_asked(visit)


def ask_with_request(visit: Document) -> None:
	"""Ask for the deposit of a visit whose time is still to be agreed on: it keeps no time, so no limit is set.

	Where the policy asks for none, nothing happens. Raises PaymentRefused.
	"""
	due = deposit_due(visit)
	if isinstance(due, Refusal):
		return
	note_asked(visit, due, keeps_time=False)
	_save_asked(visit)


def ask_as_agreed(visit: Document, amount: Decimal, why: str) -> None:
	"""The same for an amount that was agreed on, whatever the policy asks for. Raises PaymentRefused."""
	note_agreed(visit, amount, why)
	_save_asked(visit)


def _save_asked(visit: Document) -> None:
	"""The customer's approval asks, who has no right of their own to save a booking."""
	visit.save(ignore_permissions=True)
	link_for_asked(visit)


def link_for_asked(visit: Document) -> Document:
	"""The Pay Link for the deposit that a booking waits for."""
	link = link_for_deposit(visit.name, Decimal(str(flt(visit.deposit_amount, 3))))
	last = visit.deposit_due_at and getdate(visit.deposit_due_at)
	if last and getdate(link.valid_until) < last:
		link.valid_until = last
		save_link(link)
	return link


def offer_payment(visit: Document) -> None:
	"""Send the customer the link for the deposit that a booking which was just made waits for.

	Without a link nobody can pay: the time is kept until a person answers, who has a task.
	"""
	with undo_refused((PaymentRefused,)) as attempt:
		link = link_for_asked(visit)
	if attempt.error:
		visit.db_set({"deposit_due_at": None, "deposit_due_at_utc": None}, update_modified=False)
		_ask_person(visit, attempt.refusal)
		return
	if visit.email:
		_mail(link, visit.email)


def _ask_person(visit: Document, error: str) -> None:
	words = tell("deposit_not_askable", {"amount": amount_text(visit), "error": error})
	subject = frappe._("Answer {0}: no deposit could be asked for").format(visit.customer_name)
	values = {"booking": visit.name, "customer": visit.customer, "notes": words}
	due_at = min(utc_now() + ANSWER_WITHIN, max(utc_now(), from_utc(visit.starts_at_utc)))
	key = f"deposit-not-asked|{visit.name}"
	open_task(TaskWish(subject, due_at, key, role="Runbook Front Desk", values=values))


def _mail(link: Document, address: str) -> None:
	"""The link stands on the customer's pages too: where no mail can go out, the booking stands all the same."""
	with undo_refused((frappe.ValidationError, frappe.OutgoingEmailError)), at_the_desk():
		send_pay_link(link, address)
