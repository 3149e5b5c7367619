"""Charge what the accepted policy asks for a visit that was missed or cancelled late: invoice, deposit kept, record, customer."""

import frappe
from frappe.model.document import Document

from ..core.fees import Cause, FeeDue, FeeStatus, decide_fee, notice_text
from ..core.refusal import Refusal
from ..errors import FeeRefused
from ..messages import refuse
from ..store.accounts import load_accounts
from ..store.booking_fees import Missed, count_late_cancellation, load_missed, lock_customer
from ..store.checkouts import deposits_of
from .apply_deposits import apply_deposits
from .draft_fee import draft_fee, reckon_tax
from .explain_fee import explain_fee


def charge_fee(booking: str) -> Document:
	"""The Booking Fee that records it; a free pass costs nothing and is recorded too.

	It is posted on the day of the visit, or of the cancellation. Raises FeeRefused when nothing is due, and whatever
	ERPNext raises for a closed period, with nothing posted.
	"""
	if not frappe.db.exists("Service Booking", booking):
		refuse(Refusal("deposit_without_booking", "booking", {"booking": booking}), FeeRefused)
	visit = frappe.get_doc("Service Booking", booking, for_update=True)
	lock_customer(visit.customer)
	missed = load_missed(booking)
	if missed is None:
		raise AssertionError(booking)
	due = decide_fee(missed.terms, missed.lapse)
	if isinstance(due, Refusal):
		refuse(due, FeeRefused)
	due = reckon_tax(visit, missed.day, due)
	fee = _record(visit, missed, due)
	if due.cause is Cause.LATE:
		count_late_cancellation(visit.customer)
	visit.add_comment("Info", fee.explanation)
	return fee


def _record(visit: Document, missed: Missed, due: FeeDue) -> Document:
	terms = missed.terms
	if terms is None:
		raise AssertionError("a fee comes from terms")
	currency = frappe.get_cached_value("Company", visit.company, "default_currency")
	words = explain_fee(due, currency, terms.free_passes)
	invoice = None if due.free_pass else _invoice(visit, missed, due, words)
	fee = frappe.new_doc("Booking Fee")
	fee.update(
		{
			"customer": visit.customer,
			"customer_name": visit.customer_name,
			"booking": visit.name,
			"posting_date": missed.day,
			"status": FeeStatus.FREE_PASS if due.free_pass else FeeStatus.CHARGED,
			"cause": due.cause,
			"company": visit.company,
			"currency": currency,
			"policy_version": due.version,
			"notice_hours": float(notice_text(due.notice)) if due.notice is not None else 0,
			"less_than_hours": due.rule.less_than.total_seconds() / 3600,
			"explanation": words,
			"price": float(due.price),
			"fee": float(due.fee),
			"tax": float(due.tax),
			"from_deposit": float(due.from_deposit),
			"owed": float(due.owed),
			"sales_invoice": invoice and invoice.name,
		}
	)
	fee.flags.by_engine = True
	fee.flags.ignore_permissions = True
	return fee.insert()


def _invoice(visit: Document, missed: Missed, due: FeeDue, words: str) -> Document:
	"""The submitted invoice; what the deposit pays of it is an advance."""
	accounts = load_accounts(visit.company)
	if accounts is None:
		refuse(Refusal("accounts_missing", "company", {"company": visit.company}), FeeRefused)
	invoice = draft_fee(visit, missed.day, due, words, accounts)
	apply_deposits(invoice, deposits_of(visit.name, visit.customer, accounts), due.from_deposit, accounts)
	invoice.flags.ignore_permissions = True
	invoice.insert()
	invoice.submit()
	return invoice
