"""Take a deposit for a booking: a payment in advance, owed to the customer until the visit is checked out."""

from decimal import Decimal

import frappe
from frappe.utils import nowdate

from ..core.booking import CLAIMING
from ..core.deposit_rules import DepositState
from ..core.refusal import Refusal
from ..errors import CheckoutRefused
from ..messages import refuse
from ..store.accounts import load_accounts
from ..store.checkouts import modes_of
from ..store.pay_links import lock_open_link
from .follow_deposit import follow_deposit


def take_deposit(
	booking: str,
	amount: Decimal,
	mode_of_payment: str,
	reference: str | None = None,
	payment: str | None = None,
) -> str:
	"""The Payment Entry: the mode's account to Customer Deposits. Raises CheckoutRefused.

	`payment`: the number of what a provider took; each can be booked once.
	"""
	if amount <= 0:
		refuse(Refusal("deposit_amount", "amount"), CheckoutRefused)
	if not frappe.db.exists("Service Booking", booking):
		refuse(Refusal("deposit_without_booking", "booking", {"booking": booking}), CheckoutRefused)
	if payment is None:
		lock_open_link(booking)
	visit = frappe.get_doc("Service Booking", booking, for_update=True)
	awaited = visit.deposit_state == DepositState.ASKED or (payment and visit.deposit_state)
	if visit.status not in CLAIMING and not awaited:
		refuse(Refusal("deposit_closed", "status", {"status": visit.status}), CheckoutRefused)
	accounts = load_accounts(visit.company)
	if accounts is None:
		refuse(Refusal("accounts_missing", "company", {"company": visit.company}), CheckoutRefused)
	mode = modes_of(visit.company, {mode_of_payment}).get(mode_of_payment)
	if mode is None or not mode.account:
		values = {"mode": mode_of_payment, "company": visit.company}
		refuse(Refusal("mode_without_account", "mode_of_payment", values), CheckoutRefused)
	entry = frappe.new_doc("Payment Entry")
	entry.update(
		{
			"payment_type": "Receive",
			"company": visit.company,
			"posting_date": nowdate(),
			"party_type": "Customer",
			"party": visit.customer,
			"mode_of_payment": mode.name,
			"paid_from": accounts.customer_deposits,
			"paid_to": mode.account,
			"paid_from_account_currency": accounts.currency,
			"paid_to_account_currency": accounts.currency,
			"paid_amount": float(amount),
			"received_amount": float(amount),
			"source_exchange_rate": 1,
			"target_exchange_rate": 1,
			"reference_no": reference or visit.name,
			"reference_date": nowdate(),
			"runbook_booking": visit.name,
			"runbook_payment": payment,
		}
	)
	entry.insert()
	entry.submit()
	if visit.deposit_state == DepositState.ASKED:
		follow_deposit(visit, by_link=payment is not None)
	return entry.name
