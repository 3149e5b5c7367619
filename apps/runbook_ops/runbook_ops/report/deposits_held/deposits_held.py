"""Deposits Held: each deposit, what was used, kept for a fee and given back of it, what is owed, and whether the ledger agrees."""

from dataclasses import fields
from decimal import Decimal

import frappe
from frappe import _

from runbook_ops.core.deposits import Held
from runbook_ops.core.refusal import Refusal
from runbook_ops.errors import RunbookError
from runbook_ops.messages import refuse
from runbook_ops.store.accounts import CompanyAccounts, load_accounts
from runbook_ops.store.deposit_figures import DepositLine, load_deposits
from runbook_ops.store.package_figures import account_balance

FIGURES = (*(field.name for field in fields(Held)), "open")


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, message, chart, summary."""
	wanted = frappe._dict(filters or {})
	wanted.company = wanted.company or frappe.defaults.get_user_default("company")
	if not wanted.company:
		frappe.throw(_("Company: choose one."), RunbookError)
	frappe.has_permission("Company", "read", wanted.company, throw=True)
	accounts = load_accounts(wanted.company)
	if accounts is None:
		refuse(Refusal("accounts_missing", "company", {"company": wanted.company}), RunbookError)
	lines = load_deposits(wanted.company, accounts.customer_deposits)
	total = sum((line.held for line in lines), Held())
	balance = account_balance(wanted.company, accounts.customer_deposits)
	rows = [_row(line, accounts.currency) for line in lines if _is_wanted(line, wanted)]
	return _columns(), rows, _message(total, balance, accounts), None, _summary(total, balance, accounts)


def _is_wanted(line: DepositLine, wanted: frappe._dict) -> bool:
	if wanted.customer and line.customer != wanted.customer:
		return False
	return bool(line.held.open) or not wanted.only_open


def _columns() -> list[dict]:
	def link(name: str, label: str, doctype: str, width: int) -> dict:
		return {"fieldname": name, "label": label, "fieldtype": "Link", "options": doctype, "width": width}

	labels = (_("Received"), _("Used"), _("Forfeited"), _("Given Back"), _("Open"))
	money = {"fieldtype": "Currency", "options": "currency", "width": 110}
	return [
		link("customer", _("Customer"), "Customer", 170),
		link("booking", _("Booking"), "Service Booking", 120),
		{"fieldname": "posting_date", "label": _("Taken On"), "fieldtype": "Date", "width": 100},
		link("payment_entry", _("Payment Entry"), "Payment Entry", 160),
		*({"fieldname": name, "label": label, **money} for name, label in zip(FIGURES, labels, strict=True)),
	]


def _row(line: DepositLine, currency: str) -> dict:
	return {
		"customer": line.customer,
		"booking": line.booking,
		"posting_date": line.posting_date,
		"payment_entry": line.entry,
		**{name: getattr(line.held, name) for name in FIGURES},
		"currency": currency,
	}


def _message(total: Held, balance: Decimal, accounts: CompanyAccounts) -> str:
	if total.open == balance:
		return _("All deposits together tie out with {0}.").format(accounts.customer_deposits)
	return _("{0} stands at {1} and all deposits together at {2}: {3} apart.").format(
		accounts.customer_deposits,
		frappe.format(balance, "Currency"),
		frappe.format(total.open, "Currency"),
		frappe.format(balance - total.open, "Currency"),
	)


def _summary(total: Held, balance: Decimal, accounts: CompanyAccounts) -> list[dict]:
	apart = balance - total.open
	figures = (
		(_("Open"), total.open, "Blue"),
		(_("Balance of the account"), balance, "Blue"),
		(_("Difference"), apart, "Red" if apart else "Green"),
	)
	return [
		{
			"label": label,
			"value": amount,
			"datatype": "Currency",
			"currency": accounts.currency,
			"indicator": colour,
		}
		for label, amount, colour in figures
	]
