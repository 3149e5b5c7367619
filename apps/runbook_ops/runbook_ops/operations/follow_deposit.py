"""What a paid deposit, or the end of waiting for one, means for its booking: it confirms by itself, and its pay link is closed."""

from datetime import timedelta
from decimal import Decimal

from frappe.model.document import Document
from frappe.utils import flt

from ..core.booking import BookingStatus
from ..core.deposit_rules import DepositState
from ..core.followups import TaskKind
from ..core.pay_links import PAYABLE
from ..messages import tell
from ..site_time import utc_now
from ..store.deposit_asks import paid_now
from ..store.pay_links import lock_open_link
from .check_deposit import amount_text
from .make_pay_link import save_link, withdraw_link
from .open_task import TaskWish, open_task
from .undo_refused import undo_refused

ANSWER_WITHIN = timedelta(hours=4)


def follow_deposit(visit: Document, by_link: bool) -> None:
	"""A booking, locked and waiting, for which money has just been booked: once all of it is there, it is confirmed.

	`by_link`: the caller holds the link and moves it on. A booking that keeps no time stays a request: its time is to be agreed on.
	"""
	asked = Decimal(str(flt(visit.deposit_amount, 3)))
	rest = asked - paid_now(visit.name, visit.customer, visit.company)
	if rest > 0:
		if not by_link:
			_ask_for(visit.name, rest)
		return
	visit.flags.by_deposit = True
	visit.flags.link_is_settled = by_link
	visit.deposit_state = DepositState.PAID
	visit.add_comment("Info", tell("deposit_came", {"amount": amount_text(visit)}))
	if not _confirmed(visit):
		visit.db_set("deposit_state", DepositState.PAID)
		if not by_link:
			close_link(visit.name)


def follow_waiting(visit: Document, before: Document | None) -> None:
	"""A booking that has just been saved and waits no longer: confirmed without its deposit, or cancelled."""
	waited = before and before.deposit_state == DepositState.ASKED
	if waited and visit.deposit_state != DepositState.ASKED and not visit.flags.link_is_settled:
		close_link(visit.name)


def close_link(booking: str) -> None:
	"""The customer can't pay by it any more; one whose payment is on its way is left to the provider's answer."""
	link = lock_open_link(booking)
	if link is not None and link.status in PAYABLE:
		withdraw_link(link)


def _ask_for(booking: str, rest: Decimal) -> None:
	"""The link asks for what is missing."""
	link = lock_open_link(booking)
	if link is not None and link.status in PAYABLE:
		link.amount = float(rest)
		save_link(link)


def _confirmed(visit: Document) -> bool:
	"""Confirm what keeps its time; what speaks against it is a person's to settle, and the payment stands."""
	with undo_refused() as attempt:
		if visit.status == BookingStatus.HELD:
			visit.status = BookingStatus.CONFIRMED
		visit.save(ignore_permissions=True)
		return True
	_ask(visit, attempt.refusal[:300])
	return False


def _ask(visit: Document, error: str) -> None:
	words = tell("deposit_not_confirmed", {"booking": visit.name, "error": error})
	values = {
		"booking": visit.name,
		"customer": visit.customer,
		"reason_code": "deposit_not_confirmed",
		"reason": words,
		"priority": "High",
	}
	due_at, key = utc_now() + ANSWER_WITHIN, f"deposit-paid|{visit.name}"
	open_task(TaskWish(words, due_at, key, TaskKind.EXCEPTION, "Runbook Front Desk", values=values))
