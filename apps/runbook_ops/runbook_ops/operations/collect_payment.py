"""Collect what a customer pays on an invoice, in whole or in part, when it comes at the desk or by bank."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from frappe.utils import getdate

from ..core.currencies import coin_of
from ..core.receivables import check_amount
from ..core.refusal import Refusal
from ..errors import ReceivableRefused
from ..messages import refuse
from ..store.checkouts import modes_of
from ..store.receivables import debt_of, lock_invoice
from .pay_invoice import Money, pay_invoice


@dataclass(frozen=True)
class Received:
	"""Money that has come, in the invoice's currency: `amount` None means all that is owed; `seen` is what was owed when it was entered, so that it books once."""

	invoice: str
	mode: str
	amount: Decimal | None = None
	seen: Decimal | None = None
	reference: str = ""
	day: date | None = None


def collect_payment(received: Received) -> str:
	"""The Payment Entry. Raises ReceivableRefused, or what ERPNext refuses, with nothing posted. The caller has checked permission."""
	invoice = open_invoice(received.invoice)
	owed = owed_of(invoice)
	amount = owed if received.amount is None else received.amount
	refusal = check_amount(amount, owed, received.seen, coin_of(invoice.currency))
	if refusal:
		refuse(refusal, ReceivableRefused)
	today = getdate()
	day = received.day or today
	if not invoice.posting_date <= day <= today:
		refuse(Refusal("receivable_day", "day", {"day": day}), ReceivableRefused)
	mode = modes_of(invoice.company, {received.mode}).get(received.mode)
	if mode is None or not mode.account:
		values = {"mode": received.mode, "company": invoice.company}
		refuse(Refusal("mode_without_account", "mode_of_payment", values), ReceivableRefused)
	entry = pay_invoice(
		invoice.name,
		Money(amount, invoice.currency),
		mode.account,
		ReceivableRefused,
		posting_date=day,
		mode_of_payment=mode.name,
		runbook_booking=invoice.runbook_booking,
		reference_no=received.reference.strip() or invoice.name,
		reference_date=day,
	)
	return entry.name


def open_invoice(name: str) -> frappe._dict:
	"""A submitted invoice, locked. Raises ReceivableRefused."""
	invoice = lock_invoice(name)
	if invoice is None or invoice.docstatus != 1 or invoice.is_return:
		refuse(Refusal("receivable_unknown", "invoice", {"invoice": name}), ReceivableRefused)
	return invoice


def owed_of(invoice: frappe._dict) -> Decimal:
	"""What the locked invoice owes, in its own currency."""
	return debt_of(invoice).owed
