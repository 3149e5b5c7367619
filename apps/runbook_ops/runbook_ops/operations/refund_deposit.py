"""Give a deposit back: a payment out of Customer Deposits, matched by name with what had been taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import nowdate

from ..core.booking import CLAIMING
from ..core.refusal import Refusal
from ..errors import FeeRefused
from ..messages import refuse
from ..store.accounts import CompanyAccounts, load_accounts
from ..store.checkouts import Deposit, Mode, deposits_of, modes_of


@dataclass(frozen=True)
class GivenBack:
	"""The Payment Entry that paid a deposit back, and how much that was."""

	payment_entry: str
	amount: Decimal


def refund_deposit(booking: str, mode_of_payment: str, reason: str) -> GivenBack:
	"""Pay out all that is held for a booking that is no longer ahead. Raises FeeRefused with nothing posted.

	The caller has checked permission.
	"""
	if not frappe.db.exists("Service Booking", booking):
		refuse(Refusal("deposit_without_booking", "booking", {"booking": booking}), FeeRefused)
	visit = frappe.get_doc("Service Booking", booking, for_update=True)
	if visit.status in CLAIMING:
		refuse(Refusal("deposit_still_ahead", "status", {"status": visit.status}), FeeRefused)
	if not (reason or "").strip():
		refuse(Refusal("deposit_reason", "reason"), FeeRefused)
	accounts = load_accounts(visit.company)
	deposits = deposits_of(visit.name, visit.customer, accounts)
	if accounts is None or not deposits:
		refuse(Refusal("deposit_none_held", "booking", {"booking": booking}), FeeRefused)
	mode = modes_of(visit.company, {mode_of_payment}).get(mode_of_payment)
	if mode is None or not mode.account:
		values = {"mode": mode_of_payment, "company": visit.company}
		refuse(Refusal("mode_without_account", "mode_of_payment", values), FeeRefused)
	amount = sum((one.left for one in deposits), Decimal(0))
	entry = _pay(visit, mode, accounts, amount, reason)
	_match(visit, entry.name, deposits, accounts)
	text = frappe._("The deposit was given back, {0}: {1}").format(mode.name, reason.strip())
	visit.add_comment("Info", text)
	return GivenBack(entry.name, amount)


def _pay(visit: Document, mode: Mode, accounts: CompanyAccounts, amount: Decimal, reason: str) -> Document:
	entry = frappe.new_doc("Payment Entry")
	entry.update(
		{
			"payment_type": "Pay",
			"company": visit.company,
			"posting_date": nowdate(),
			"party_type": "Customer",
			"party": visit.customer,
			"mode_of_payment": mode.name,
			"paid_from": mode.account,
			"paid_to": accounts.customer_deposits,
			"paid_from_account_currency": accounts.currency,
			"paid_to_account_currency": accounts.currency,
			"paid_amount": float(amount),
			"received_amount": float(amount),
			"source_exchange_rate": 1,
			"target_exchange_rate": 1,
			"reference_no": visit.name,
			"reference_date": nowdate(),
			"runbook_booking": visit.name,
			"custom_remarks": 1,
			"remarks": reason.strip(),
		}
	)
	entry.insert()
	entry.submit()
	return entry


def _match(visit: Document, entry: str, deposits: Sequence[Deposit], accounts: CompanyAccounts) -> None:
	"""What was taken and what was paid out settle each other, so that neither stays open."""
	names = {one.entry for one in deposits}
	matching = frappe.get_doc("Payment Reconciliation")
	matching.update(
		{
			"company": visit.company,
			"party_type": "Customer",
			"party": visit.customer,
			"receivable_payable_account": accounts.customer_deposits,
			"default_advance_account": accounts.customer_deposits,
		}
	)
	matching.get_unreconciled_entries()
	payments = [row.as_dict() for row in matching.payments if row.reference_name in names]
	invoices = [row.as_dict() for row in matching.invoices if row.invoice_number == entry]
	matching.allocate_entries({"payments": payments, "invoices": invoices})
	matching.reconcile()
	frappe.clear_messages()
