"""Compare the liability's balance with what customers' packages are worth; a difference is somebody's task, once."""

from datetime import timedelta
from decimal import Decimal

import frappe
from frappe.utils import nowdate

from ..core.followups import OPEN_STATES, TaskKind
from ..messages import tell
from ..site_time import utc_now
from ..store.accounts import companies_with_accounts, load_accounts
from ..store.package_figures import account_balance, open_value
from .open_task import TaskWish, open_task

ROLE = "Runbook Manager"
ANSWER_WITHIN = timedelta(days=1)
CODE = "package_tie_out"


def tie_out_packages() -> dict[str, Decimal]:
	"""Company -> by how much its liability differs from its open packages; a task is opened for each difference."""
	return {company: _tie_out(company) for company in companies_with_accounts()}


def _tie_out(company: str) -> Decimal:
	accounts = load_accounts(company)
	if accounts is None:
		return Decimal(0)
	balance, worth = account_balance(company, accounts.package_liability), open_value(company)
	if balance != worth:
		_ask(company, accounts.package_liability, balance, worth)
	return balance - worth


def _ask(company: str, account: str, balance: Decimal, worth: Decimal) -> None:
	asked = {
		"reference_doctype": "Company",
		"reference_name": company,
		"reason_code": CODE,
		"status": ("in", [str(state) for state in OPEN_STATES]),
	}
	if frappe.db.exists("Follow-up Task", asked):
		return
	values = {"account": account, "balance": balance, "open": worth, "difference": balance - worth}
	reason = tell("package_tie_out", values)
	wish = TaskWish(
		subject=reason,
		due_at=utc_now() + ANSWER_WITHIN,
		key=f"{CODE}:{company}:{nowdate()}:{balance - worth}",
		kind=TaskKind.EXCEPTION,
		role=ROLE,
		values={
			"reference_doctype": "Company",
			"reference_name": company,
			"reason_code": CODE,
			"reason": reason,
			"priority": "High",
		},
	)
	open_task(wish)
