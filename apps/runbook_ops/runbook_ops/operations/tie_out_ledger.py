"""Compare the liabilities' balances with what customers' packages and deposits are worth; a difference is somebody's task, once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

import frappe
from frappe.utils import nowdate

from ..core.followups import OPEN_STATES, TaskKind
from ..messages import tell
from ..site_time import utc_now
from ..store.accounts import CompanyAccounts, companies_with_accounts, load_accounts
from ..store.deposit_figures import open_deposits
from ..store.package_figures import account_balance, open_value
from .open_task import TaskWish, open_task

ROLE = "Runbook Manager"
ANSWER_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Liability:
	"""What is owed to customers: its account, what it should stand at, and the reason of a task when it does not."""

	code: str
	account: Callable[[CompanyAccounts], str]
	worth: Callable[[CompanyAccounts], Decimal]


LIABILITIES = (
	Liability("package_tie_out", lambda own: own.package_liability, lambda own: open_value(own.company)),
	Liability(
		"deposit_tie_out",
		lambda own: own.customer_deposits,
		lambda own: open_deposits(own.company, own.customer_deposits),
	),
)


def tie_out_ledger() -> None:
	"""A task for each liability of a company's that differs from what customers hold."""
	for company in companies_with_accounts():
		accounts = load_accounts(company)
		if accounts:
			for liability in LIABILITIES:
				_tie_out(liability, accounts)


def _tie_out(liability: Liability, accounts: CompanyAccounts) -> None:
	account, worth = liability.account(accounts), liability.worth(accounts)
	balance = account_balance(accounts.company, account)
	if balance != worth:
		values = {"account": account, "balance": balance, "open": worth, "difference": balance - worth}
		_ask(liability.code, accounts.company, values)


def _ask(code: str, company: str, values: dict) -> None:
	asked = {
		"reference_doctype": "Company",
		"reference_name": company,
		"reason_code": code,
		"status": ("in", [str(state) for state in OPEN_STATES]),
	}
	if frappe.db.exists("Follow-up Task", asked):
		return
	reason = tell(code, values)
	wish = TaskWish(
		subject=reason,
		due_at=utc_now() + ANSWER_WITHIN,
		key=f"{code}:{company}:{nowdate()}:{values['difference']}",
		kind=TaskKind.EXCEPTION,
		role=ROLE,
		values={
			"reference_doctype": "Company",
			"reference_name": company,
			"reason_code": code,
			"reason": reason,
			"priority": "High",
		},
	)
	open_task(wish)
