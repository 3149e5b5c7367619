"""Checkouts, and what can pay in one: modes of payment and deposits."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import frappe

from .accounts import CompanyAccounts
from .newest import on_newest

DEPOSITS = """select name, unallocated_amount from `tabPayment Entry`
	where runbook_booking = %s and docstatus = 1 and payment_type = 'Receive' and party = %s and paid_from = %s
	and unallocated_amount > 0 order by posting_date, name for update"""


@dataclass(frozen=True)
class Mode:
	"""A way to pay: whether it is cash, and the company's account for it, None while there is none."""

	name: str
	is_cash: bool
	account: str | None


@dataclass(frozen=True)
class Deposit:
	"""A payment in advance that is not used up."""

	entry: str
	left: Decimal


def modes_of(company: str, names: Collection[str] | None = None) -> Mapping[str, Mode]:
	"""The company's ways to pay, or these ones."""
	filters: dict[str, object] = {"name": ("in", list(names))} if names is not None else {"enabled": 1}
	modes = frappe.get_all("Mode of Payment", filters, ["name", "type"], order_by="name asc")
	accounts = dict(
		frappe.get_all(
			"Mode of Payment Account",
			{"company": company, "parent": ("in", [mode.name for mode in modes])},
			["parent", "default_account"],
			order_by="idx asc",
			as_list=True,
		)
	)
	return {mode.name: Mode(mode.name, mode.type == "Cash", accounts.get(mode.name)) for mode in modes}


def deposits_of(booking: str | None, customer: str, accounts: CompanyAccounts | None) -> Sequence[Deposit]:
	"""The deposits taken for a booking, the first ones first; locked."""
	if not (booking and accounts):
		return ()
	return [
		Deposit(name, Decimal(str(left)))
		for name, left in frappe.db.sql(on_newest(DEPOSITS), (booking, customer, accounts.customer_deposits))
	]


def checkout_with_key(key: str | None) -> str | None:
	"""The checkout that was posted under this key, also by others a moment ago."""
	if not key:
		return None
	rows = frappe.db.sql(
		on_newest("select name from `tabCheckout` where idempotency_key = %s lock in share mode"), key
	)
	return rows[0][0] if rows else None
