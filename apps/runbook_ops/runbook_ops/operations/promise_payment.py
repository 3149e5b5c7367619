"""Note a customer's word to pay an invoice by a day, and decide by the ledger whether it was kept."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import flt, fmt_money, format_date, getdate

from ..core.receivables import Promise, PromiseStatus, check_promise, judge_promise, last_day
from ..errors import ReceivableRefused
from ..messages import refuse, tell
from ..site_time import utc_now
from ..store.receivable_settings import receivable_settings
from ..store.receivables import open_promises, owed_on
from .check_receivable import keep
from .collect_payment import open_invoice, owed_of
from .open_task import TaskWish, open_task

ROLE = "Runbook Front Desk"
ANSWER_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Word:
	"""What the customer said; `amount` None means all that is owed."""

	invoice: str
	day: date
	amount: Decimal | None = None
	note: str = ""


def promise_payment(word: Word) -> Document:
	"""The Payment Promise; one that was open for the invoice is replaced. Raises ReceivableRefused. The caller has checked permission."""
	invoice = open_invoice(word.invoice)
	owed = owed_of(invoice)
	promise = Promise(owed if word.amount is None else word.amount, word.day, owed)
	refusal = check_promise(promise, getdate())
	if refusal:
		refuse(refusal, ReceivableRefused)
	before = frappe.db.get_value("Payment Promise", {"open_key": invoice.name}, for_update=True)
	if before:
		_end(frappe.get_doc("Payment Promise", before), PromiseStatus.REPLACED)
	doc = frappe.new_doc("Payment Promise")
	doc.update(
		{
			"customer": invoice.customer,
			"customer_name": invoice.customer_name,
			"sales_invoice": invoice.name,
			"promised_for": word.day,
			"status": PromiseStatus.OPEN,
			"company": invoice.company,
			"currency": invoice.currency,
			"amount": float(promise.amount),
			"owed": float(owed),
			"note": word.note.strip(),
			"taken_by": frappe.session.user,
			"open_key": invoice.name,
		}
	)
	return keep(doc)


def judge_promises() -> int:
	"""Decide the promises on which the ledger has its say; gives how many were broken, each of which is somebody's task."""
	today = getdate()
	grace = receivable_settings().promise_grace_days
	outcomes = [_judge(name, today, grace) for name in open_promises()]
	return outcomes.count(PromiseStatus.BROKEN)


def _judge(name: str, today: date, grace: int) -> PromiseStatus:
	doc = frappe.get_doc("Payment Promise", name, for_update=True)
	if doc.status != PromiseStatus.OPEN:
		return PromiseStatus(doc.status)
	promise = Promise(_money(doc.amount), getdate(doc.promised_for), _money(doc.owed))
	owed = owed_on(doc.sales_invoice, min(today, last_day(promise, grace)), doc.currency)
	status = judge_promise(promise, owed, today, grace)
	if status is not PromiseStatus.OPEN:
		_end(doc, status)
	if status is PromiseStatus.BROKEN:
		_ask(doc, owed)
	return status


def _end(doc: Document, status: PromiseStatus) -> None:
	doc.update({"status": status, "decided_on": getdate(), "open_key": None})
	keep(doc)


def _ask(doc: Document, owed: Decimal) -> None:
	values = {
		"customer": doc.customer_name,
		"amount": fmt_money(doc.amount, currency=doc.currency),
		"invoice": doc.sales_invoice,
		"day": format_date(doc.promised_for),
		"owed": fmt_money(float(owed), currency=doc.currency),
		"note": doc.note or "",
	}
	words = tell("promise_broken", values).strip()
	taker = frappe.db.get_value("User", doc.taken_by, ["name", "enabled"], as_dict=True)
	wish = TaskWish(
		subject=words,
		due_at=utc_now() + ANSWER_WITHIN,
		key=f"promise:{doc.name}",
		role=ROLE,
		owners=(taker.name,) if taker and taker.enabled else (),
		values={
			"customer": doc.customer,
			"reference_doctype": "Sales Invoice",
			"reference_name": doc.sales_invoice,
			"reason_code": "promise_broken",
			"reason": words,
			"priority": "High",
		},
	)
	open_task(wish)


def _money(value: object) -> Decimal:
	return Decimal(str(flt(value, 2)))
