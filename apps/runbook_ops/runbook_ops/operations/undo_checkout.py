"""Undo a checkout: a credit note over its invoice, the payments given back as they came, and the packages as they were."""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from frappe.model.document import Document
from frappe.utils import flt, nowdate

from ..core.refusal import Refusal
from ..errors import CheckoutRefused
from ..messages import refuse
from ..store.checkouts import modes_of
from ..store.packages import load_usage
from .record_usage import accounts_of
from .reverse_usage import reverse_usage
from .set_off_note import set_off_note


@dataclass(frozen=True)
class Undone:
	"""What undid a checkout; `credit`: what the customer still has with the business, such as a deposit that it had used."""

	credit_note: str | None
	payments: tuple[str, ...]
	credit: Decimal


def undo_checkout(name: str, reason: str) -> Undone:
	"""Raises CheckoutRefused or PackageRefused with nothing undone. The caller has checked permission.

	What was cancelled or reversed by hand meanwhile is back already: it is neither given back nor credited again.
	"""
	if not frappe.db.exists("Checkout", name):
		refuse(Refusal("checkout_unknown", "checkout", {"checkout": name}), CheckoutRefused)
	checkout = frappe.get_doc("Checkout", name, for_update=True)
	if checkout.status == "Undone":
		refuse(Refusal("checkout_undone"), CheckoutRefused)
	if not (reason or "").strip():
		refuse(Refusal("checkout_reason", "reason"), CheckoutRefused)
	_check_credit(checkout.sales_invoice)
	for line in checkout.lines:
		usage = load_usage(line.package_usage) if line.package_usage else None
		if usage and usage.is_live:
			reverse_usage(usage.name, reason)
	note = _credit_note(checkout, reason) if _is_posted("Sales Invoice", checkout.sales_invoice) else None
	payments = tuple(
		_give_back(checkout, row, note)
		for row in checkout.payments
		if _is_posted(row.voucher_type, row.voucher_no)
	)
	if note:
		set_off_note(note, checkout.sales_invoice)
	_write_down(checkout, note, reason)
	credit = -frappe.db.get_value("Sales Invoice", note.name, "outstanding_amount") if note else 0
	return Undone(note and note.name, payments, max(Decimal(0), Decimal(str(credit))))


def _check_credit(invoice: str | None) -> None:
	"""Whether all of the invoice is still to be given back."""
	given = {"return_against": invoice, "docstatus": 1}
	note = invoice and frappe.db.get_value("Sales Invoice", given, order_by="creation asc")
	if note:
		refuse(Refusal("checkout_credited", "checkout", {"note": note, "invoice": invoice}), CheckoutRefused)


def _is_posted(doctype: str, name: str | None) -> bool:
	return bool(name) and frappe.db.get_value(doctype, name, "docstatus", for_update=True) == 1


def _credit_note(checkout: Document, reason: str) -> Document:
	"""The whole invoice back, stock and all; what was not paid of it is not owed any more."""
	note = make_sales_return(checkout.sales_invoice)
	owed = frappe.db.get_value("Sales Invoice", checkout.sales_invoice, "outstanding_amount")
	note.update(
		{
			"posting_date": nowdate(),
			"due_date": nowdate(),
			"runbook_booking": checkout.booking,
			"remarks": reason,
			"update_outstanding_for_self": int(not owed),
			"advances": [],
		}
	)
	note.insert()
	note.submit()
	return note


def _give_back(checkout: Document, row: Document, note: Document | None) -> str:
	mode = modes_of(checkout.company, {row.mode_of_payment})[row.mode_of_payment]
	if not mode.account:
		values = {"mode": mode.name, "company": checkout.company}
		refuse(Refusal("mode_without_account", "mode_of_payment", values), CheckoutRefused)
	if row.voucher_type == "Journal Entry" or note is None:
		frappe.get_doc(row.voucher_type, row.voucher_no).cancel()
		return row.voucher_no
	about = note.name if note.update_outstanding_for_self else checkout.sales_invoice
	paid = flt(row.amount - row.tip, row.precision("amount"))
	entry = get_payment_entry("Sales Invoice", about, party_amount=-paid, bank_account=mode.account)
	entry.update(
		{
			"mode_of_payment": mode.name,
			"runbook_booking": checkout.booking,
			"reference_no": row.reference or checkout.name,
			"reference_date": nowdate(),
		}
	)
	if row.tip:
		accounts = accounts_of(checkout.company)
		entry.paid_amount = entry.received_amount = row.amount
		tip = {"account": accounts.tips_payable, "cost_center": accounts.cost_center, "amount": row.tip}
		entry.append("deductions", tip)
	entry.insert()
	entry.submit()
	return entry.name


def _write_down(checkout: Document, note: Document | None, reason: str) -> None:
	values = {"status": "Undone", "credit_note": note and note.name, "undo_reason": reason.strip()}
	checkout.db_set(values)
	if checkout.booking:
		frappe.db.set_value(
			"Service Booking",
			{"name": checkout.booking, "checkout": checkout.name},
			{"checkout": None, "sales_invoice": None},
			update_modified=False,
		)
