"""Daily work on receivables: promises, charges, statements, and what follows when nobody pays; each queues jobs of a few customers."""

from collections.abc import Sequence
from datetime import timedelta

import frappe
from frappe.utils import create_batch, get_first_day, getdate

from ..core.finance_charges import month_of
from ..operations.charge_overdue import charge_customers
from ..operations.promise_payment import judge_promises
from ..operations.send_statement import Mailing, can_send, send_statements
from ..operations.suspend_plans import follow_overdue, resume_plans
from ..store.accounts import companies_with_accounts
from ..store.receivable_settings import receivable_settings
from ..store.receivables import customers_who_owe
from ..workflows.conflicts import again_on_conflict

TOGETHER = 25
"""Customers in one job, hence in one transaction."""


def judge() -> None:
	"""Decide promises, let plans go on whose invoice is paid, and follow up on what has been overdue for long."""
	judge_promises()
	resume_plans()
	for company in companies_with_accounts():
		follow_overdue(company)


def charge() -> None:
	"""Queue the finance charges of this month from its day on; who was charged is left out."""
	settings = receivable_settings()
	today = getdate()
	month = month_of(today, settings.charge_day)
	if settings.rule is None or month is None:
		return
	for company in companies_with_accounts():
		_queue("charge_some", customers_who_owe(company, today), company=company, month=month)


def charge_some(company: str, month: str, customers: list[str]) -> None:
	"""Charge these; safe to run twice and at the same time."""
	with again_on_conflict():
		charge_customers(company, month, customers)


def state() -> None:
	"""Queue the statements of last month's end, from their day on."""
	settings = receivable_settings()
	today = getdate()
	if not settings.sends_statements or month_of(today, settings.statement_day) is None:
		return
	as_of = getdate(get_first_day(today)) - timedelta(days=1)
	for company in companies_with_accounts():
		mailing = Mailing(company, f"{as_of:%Y-%m}", as_of)
		names = customers_who_owe(company, as_of) if can_send(mailing) else []
		_queue("state_some", names, company=company, as_of=str(as_of))


def state_some(company: str, as_of: str, customers: list[str]) -> None:
	"""Send these their statements; safe to run twice and at the same time."""
	day = getdate(as_of)
	with again_on_conflict():
		send_statements(Mailing(company, f"{day:%Y-%m}", day), customers)


def resume(invoice: str) -> None:
	"""Let the plans go on that waited for an invoice that is paid now."""
	with again_on_conflict():
		resume_plans(invoice)


def _queue(job: str, customers: Sequence[str], **about: str) -> None:
	for together in create_batch(customers, TOGETHER):
		frappe.enqueue(
			f"runbook_ops.jobs.receivables.{job}",
			queue="long",
			enqueue_after_commit=True,
			customers=together,
			**about,
		)
