"""Use deposits by name on an invoice that is about to be submitted: Customer Deposits to Debtors."""

from collections.abc import Sequence
from decimal import Decimal

from frappe.model.document import Document

from ..store.accounts import CompanyAccounts
from ..store.checkouts import Deposit


def apply_deposits(
	invoice: Document, deposits: Sequence[Deposit], most: Decimal, accounts: CompanyAccounts
) -> Decimal:
	"""Allocate the deposits in order, up to `most` in all; gives how much that was."""
	used = Decimal(0)
	for deposit in deposits:
		amount = min(deposit.left, most - used)
		if amount > 0:
			invoice.append("advances", _advance(deposit, amount, accounts))
			used += amount
	return used


def _advance(deposit: Deposit, amount: Decimal, accounts: CompanyAccounts) -> dict[str, object]:
	return {
		"reference_type": "Payment Entry",
		"reference_name": deposit.entry,
		"advance_amount": float(deposit.left),
		"allocated_amount": float(amount),
		"ref_exchange_rate": 1,
		"account": accounts.customer_deposits,
	}
