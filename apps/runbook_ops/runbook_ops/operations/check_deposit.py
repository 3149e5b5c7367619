"""A deposit and its booking's state: who has to pay one waits for it, and staff go on without it only with a reason."""

from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import fmt_money

from ..core.booking import BookingStatus, Waiver, may_waive
from ..core.deposit_rules import DepositDue, DepositState, decide_deposit
from ..core.refusal import Refusal
from ..messages import tell
from ..site_time import to_site, to_utc, utc_now
from ..store.deposit_asks import ordered_of, paid_now
from ..store.policies import deposit_terms, policy_in_force
from .explain_fee import explain_rule
from .lay_out_visit import parts_of
from .refuse_visit import refuse_visit

FIELDS = ("deposit_state", "deposit_amount", "deposit_due_at", "deposit_due_at_utc", "deposit_why")
BEFORE = (None, BookingStatus.REQUESTED, BookingStatus.HELD)
"""From these a booking is confirmed."""


def check_deposit(booking: Document, before: Document | None, reason: str) -> None:
	"""Bring the deposit in line with the state that the booking is about to enter; its price is known.

	With `flags.ask_deposit` a booking that would be confirmed is held until its deposit is paid. A time that people release or hold
	themselves has no limit. `reason`: why staff want to go on without it. Raises BookingRefused.
	"""
	if not booking.flags.by_deposit:
		for field in FIELDS:
			booking.set(field, before.get(field) if before else None)
	state, old = booking.deposit_state, before and before.status
	if booking.status == BookingStatus.CANCELLED and state == DepositState.ASKED:
		booking.deposit_state = DepositState.WITHDRAWN
	if not booking.flags.by_deposit and {booking.status, old} == set(BEFORE[1:]):
		booking.deposit_due_at = booking.deposit_due_at_utc = None
	if booking.status == BookingStatus.CONFIRMED and old in BEFORE:
		_confirm(booking, before, reason)


def deposit_due(booking: Document) -> DepositDue | Refusal:
	"""What the accepted policy asks for, else the one in force; or why nothing."""
	terms = deposit_terms(booking.policy_version or _in_force(booking.service))
	if terms is None or not terms.rules:
		return Refusal("deposit_no_rule")
	return decide_deposit(terms, ordered_of(booking, utc_now()))


def note_asked(booking: Document, due: DepositDue, keeps_time: bool) -> None:
	"""The booking waits for its deposit; with `keeps_time` it holds its time until the deposit is due."""
	currency = currency_of(booking)
	told = {"version": due.version, "row": due.row, "rule": explain_rule(due.rule, currency)}
	note_agreed(booking, due.amount, tell("deposit_for", {**told, "whom": _(due.rule.asked_of.value)}))
	if keeps_time:
		booking.deposit_due_at = to_site(due.due_at)
		booking.deposit_due_at_utc = to_utc(due.due_at).replace(microsecond=0)
		booking.status = BookingStatus.HELD


def note_agreed(booking: Document, amount: Decimal, why: str) -> None:
	"""The booking waits for a deposit of this amount, in the company's currency and without a limit of time."""
	booking.flags.by_deposit = True
	booking.update(
		{
			"deposit_state": DepositState.ASKED,
			"deposit_amount": float(amount),
			"deposit_due_at": None,
			"deposit_due_at_utc": None,
			"deposit_why": why,
		}
	)


def amount_text(booking: Document) -> str:
	"""The deposit that is asked for, as money."""
	return fmt_money(booking.deposit_amount, currency=currency_of(booking))


def currency_of(booking: Document) -> str:
	"""What a booking is paid in."""
	return frappe.get_cached_value("Company", booking.company, "default_currency")


def _in_force(service: str) -> str | None:
	policy = policy_in_force(service)
	return policy.name if policy else None


def _confirm(booking: Document, before: Document | None, reason: str) -> None:
	if booking.deposit_state and booking.deposit_state != DepositState.ASKED:
		return
	if not booking.deposit_state:
		due = deposit_due(booking) if booking.policy_version else None
		if not isinstance(due, DepositDue):
			return
		note_asked(booking, due, keeps_time=bool(booking.flags.ask_deposit))
		if booking.status == BookingStatus.HELD:
			return
	if before and paid_now(booking.name, booking.customer, booking.company) >= booking.deposit_amount:
		booking.deposit_state = DepositState.PAID
	else:
		_without(booking, reason)


def _without(booking: Document, reason: str) -> None:
	"""Whether staff may confirm although nothing was paid."""
	staff = not booking.flags.by_customer
	amount = amount_text(booking)
	if not may_waive("deposit_awaited", reason, staff, staff):
		waiver = Waiver.STAFF if staff else None
		refuse_visit(
			Refusal("deposit_awaited", "status", {"amount": amount}), parts_of(booking), waiver=waiver
		)
	booking.deposit_state = DepositState.SET_ASIDE
	text = tell("deposit_set_aside", {"amount": amount, "reason": reason.strip()})
	booking.flags.waived = "\n".join(filter(None, (booking.flags.waived, text)))
