"""The Journal Entries of packages: what is released from the liability, and what is taken back into it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe

from ..store.accounts import CompanyAccounts


@dataclass(frozen=True)
class Posting:
	"""When, for which row of Package Usage, and at which cost centre."""

	on: date
	usage: str
	remark: str
	booking: str | None = None
	cost_center: str | None = None


Line = tuple[str, Decimal]
"""An account and its debit; negative is a credit."""


def release_lines(
	accounts: CompanyAccounts, value: Decimal, earned: Decimal, income: str | None = None
) -> tuple[Line, ...]:
	"""The liability falls by `value`; of that, `earned` is income for a service and the rest is breakage, up or down."""
	return (
		(accounts.package_liability, value),
		(income or accounts.service_income, -earned),
		(accounts.package_breakage_income, earned - value),
	)


def post_entry(accounts: CompanyAccounts, lines: Sequence[Line], posting: Posting) -> str | None:
	"""Post the lines that are not zero, as the business: who asked was checked before. None when all are zero."""
	rows = [(account, debit) for account, debit in lines if debit]
	if not rows:
		return None
	entry = frappe.new_doc("Journal Entry")
	entry.update(
		{
			"voucher_type": "Journal Entry",
			"company": accounts.company,
			"posting_date": posting.on,
			"user_remark": posting.remark,
			"runbook_package_usage": posting.usage,
			"runbook_booking": posting.booking,
		}
	)
	for account, debit in rows:
		amount = float(abs(debit))
		side = "debit_in_account_currency" if debit > 0 else "credit_in_account_currency"
		entry.append(
			"accounts",
			{"account": account, side: amount, "cost_center": posting.cost_center or accounts.cost_center},
		)
	entry.flags.ignore_permissions = True
	entry.insert()
	entry.submit()
	return entry.name
