"""Charge what the accepted policy asks for a visit that was missed or cancelled late: invoice, deposit kept, record, customer."""

import frappe
from frappe import _
from frappe.model.document import Document

from ..core.fees import Cause, FeeDue, FeeStatus, decide_fee, notice_text
from ..core.refusal import Refusal
from ..errors import FeeRefused
from ..messages import refuse
from ..store.accounts import CompanyAccounts, load_accounts
from ..store.booking_fees import Missed, count_late_cancellation, load_missed, lock_customer
from ..store.checkouts import deposits_of
from .apply_deposits import apply_deposits
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
			"from_deposit": float(due.from_deposit),
			"owed": float(due.owed),
			"sales_invoice": invoice and invoice.name,
		}
	)
	fee.flags.by_engine = True
	fee.flags.ignore_permissions = True
	return fee.insert()


def _invoice(visit: Document, missed: Missed, due: FeeDue, words: str) -> Document:
	"""The submitted invoice, without tax; what the deposit pays of it is an advance."""
	accounts = load_accounts(visit.company)
	if accounts is None:
		refuse(Refusal("accounts_missing", "company", {"company": visit.company}), FeeRefused)
	invoice = frappe.new_doc("Sales Invoice")
	invoice.update(
		{
			"customer": visit.customer,
			"company": visit.company,
			"currency": accounts.currency,
			"conversion_rate": 1,
			"set_posting_time": 1,
			"posting_date": missed.day,
			"due_date": missed.day,
			"ignore_pricing_rule": 1,
			"ignore_default_payment_terms_template": 1,
			"disable_rounded_total": 1,
			"runbook_booking": visit.name,
			"remarks": words,
		}
	)
	invoice.append("items", _row(due, words, accounts))
	invoice.set_missing_values()
	invoice.update({"taxes_and_charges": None, "taxes": [], "due_date": missed.day, "payment_schedule": []})
	invoice.run_method("calculate_taxes_and_totals")
	apply_deposits(invoice, deposits_of(visit.name, visit.customer, accounts), due.from_deposit, accounts)
	invoice.flags.ignore_permissions = True
	invoice.insert()
	invoice.submit()
	return invoice


def _row(due: FeeDue, words: str, accounts: CompanyAccounts) -> dict[str, object]:
	policy = frappe.get_cached_value("Booking Policy Version", due.version, "policy")
	item = frappe.get_cached_value("Booking Policy", policy, "fee_item")
	name = _("No-show fee") if due.cause is Cause.NO_SHOW else _("Late cancellation fee")
	unit = frappe.get_cached_value("Item", item, "stock_uom") if item else "Nos"
	return {
		"item_code": item,
		"item_name": name,
		"description": words,
		"qty": 1,
		"uom": unit,
		"stock_uom": unit,
		"conversion_factor": 1,
		"rate": float(due.fee),
		"price_list_rate": float(due.fee),
		"income_account": accounts.no_show_fee_income,
		"cost_center": accounts.cost_center,
	}
