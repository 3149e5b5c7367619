"""Bring a pay link and the books in line with what its provider reports; what does not fit becomes a person's task."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import frappe
from frappe.model.document import Document

from ..core.followups import TaskKind
from ..core.pay_links import PayStatus, Report, Standing, Verdict, judge
from ..core.refusal import Refusal
from ..messages import tell
from ..site_time import to_site, utc_now
from ..store.pay_links import entry_of_payment, lateness, lock_link, room_of, to_link
from .book_payment import book_payment
from .make_pay_link import save_link
from .open_task import TaskWish, open_task
from .suspend_plans import suspend_plans
from .undo_refused import undo_refused

ROLE = "Runbook Manager"
ANSWER_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Settled:
	"""What a report has changed: the entry that was made for it just now, and the task that somebody has."""

	entry: str | None = None
	task: str | None = None


def settle_payment(report: Report) -> Settled:
	"""Book, note or ask, as the core judges; reports may come twice and in any order. Safe to call by anybody: the provider was asked."""
	link = lock_link(report.link) if report.link else None
	if link is None:
		return Settled()
	with at_the_desk():
		booked = entry_of_payment(report.session) is not None
		verdict = judge(to_link(link), report, booked, room_of(link), lateness(link))
		entry, trouble = _book(link, report) if verdict.book else (None, None)
		if trouble:
			verdict = Verdict(ask=trouble)
		_write_down(link, report, verdict, entry, booked)
		task = ask_person(verdict.ask, report.session, link) if verdict.ask else None
		if verdict.status is PayStatus.FAILED and link.sales_invoice:
			suspend_plans(link.customer, link.sales_invoice)
	return Settled(entry, task)


@contextmanager
def at_the_desk() -> Iterator[None]:
	"""A provider calls without a login; what it reports is posted as the system, with ERPNext's own checks in force."""
	before = frappe.session.user
	if before == "Guest":
		frappe.set_user("Administrator")
	try:
		yield
	finally:
		if frappe.session.user != before:
			frappe.set_user(before)


def _book(link: Document, report: Report) -> tuple[str | None, Refusal | None]:
	"""The entry; or, where ERPNext refuses, such as in a closed period, what a person is told."""
	with undo_refused() as attempt:
		return book_payment(link, report.session, report.amount, report.payment or report.session), None
	values = {
		"link": link.name,
		"session": report.session,
		"amount": report.amount,
		"currency": report.currency,
		"error": attempt.refusal[:300],
	}
	return None, Refusal("pay_blocked", None, values)


def _write_down(link: Document, report: Report, verdict: Verdict, entry: str | None, booked: bool) -> None:
	before = (link.status, link.session, link.payment_entry, link.refunded, link.payment_number)
	if verdict.status:
		link.status = verdict.status
	if verdict.over:
		link.update({"session": None, "session_amount": 0, "attempt": link.attempt + 1})
	if entry:
		link.update({"payment_entry": entry, "paid_at": to_site(utc_now())})
	if report.standing is Standing.PAID and (entry or booked or verdict.status == PayStatus.REFUNDED):
		link.update({"refunded": float(report.refunded), "payment_number": report.payment or None})
	if before != (link.status, link.session, link.payment_entry, link.refunded, link.payment_number):
		save_link(link)
	if entry and link.booking:
		text = frappe._("Paid by link {0}: {1}").format(link.name, entry)
		frappe.get_doc("Service Booking", link.booking).add_comment("Info", text)


def ask_person(reason: Refusal, session: str, link: Document | None = None) -> str:
	"""A task for a manager, once for the same payment, reason and sum."""
	words = tell(reason.code, in_words(reason.values))
	refunded = reason.values.get("refunded") or 0
	wish = TaskWish(
		subject=words,
		due_at=utc_now() + ANSWER_WITHIN,
		key=f"pay:{session}:{reason.code}:{refunded}"[:140],
		kind=TaskKind.FOLLOW_UP if reason.code == "pay_failed" else TaskKind.EXCEPTION,
		role=ROLE,
		values={
			"customer": link and link.customer,
			"booking": link and link.booking,
			"reference_doctype": "Pay Link" if link else None,
			"reference_name": link and link.name,
			"reason_code": reason.code,
			"reason": words,
			"priority": "High",
		},
	)
	return open_task(wish)


def in_words(values: Mapping[str, object]) -> dict[str, object]:
	"""Amounts with two places, all else as it is."""
	return {name: f"{value:.2f}" if isinstance(value, Decimal) else value for name, value in values.items()}
