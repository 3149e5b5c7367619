"""Package Liability: what packages were owed at the start, what moved it, what is owed at the end, and whether the ledger agrees."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from decimal import Decimal

import frappe
from frappe import _
from frappe.utils import get_first_day, getdate, nowdate

from runbook_ops.core.package_liability import Bucket, RollForward, bucket_of, roll_forward
from runbook_ops.core.refusal import Refusal
from runbook_ops.errors import RunbookError
from runbook_ops.messages import refuse
from runbook_ops.store.accounts import CompanyAccounts, load_accounts
from runbook_ops.store.package_figures import account_balance, load_flows, packages_by_name

MOVES = tuple(field.name for field in fields(RollForward))


def execute(filters: dict | None = None) -> tuple:
	"""Columns, rows, message, chart, summary."""
	wanted = _checked(frappe._dict(filters or {}))
	accounts = _accounts(wanted.company)
	lines = roll_forward(load_flows(wanted.company, wanted.from_date, wanted.to_date))
	known = packages_by_name(list(lines))
	total = sum(lines.values(), RollForward())
	balance = account_balance(wanted.company, accounts.package_liability, wanted.to_date)
	rows = [
		_row(name, line, known[name], accounts.currency, wanted.to_date)
		for name, line in lines.items()
		if _is_wanted(line, known[name], wanted)
	]
	rows.sort(key=lambda row: (row["expires_on"] or date.max, row["customer_package"]))
	return (
		_columns(),
		rows,
		_message(total.closing, balance, accounts),
		_chart(rows),
		_summary(total, balance, accounts.currency),
	)


def _checked(filters: frappe._dict) -> frappe._dict:
	filters.company = filters.company or frappe.defaults.get_user_default("company")
	if not filters.company:
		frappe.throw(_("Company: choose one."), RunbookError)
	frappe.has_permission("Company", "read", filters.company, throw=True)
	filters.to_date = getdate(filters.to_date or nowdate())
	filters.from_date = getdate(filters.from_date or get_first_day(filters.to_date))
	if filters.to_date < filters.from_date:
		frappe.throw(_("To Date: it lies before From Date. Choose a later day."), RunbookError)
	return filters


def _accounts(company: str) -> CompanyAccounts:
	accounts = load_accounts(company)
	if accounts is None:
		refuse(Refusal("accounts_missing", "company", {"company": company}), RunbookError)
	return accounts


def _is_wanted(line: RollForward, package: frappe._dict, wanted: frappe._dict) -> bool:
	if wanted.package and package.package != wanted.package:
		return False
	if wanted.customer and package.customer != wanted.customer:
		return False
	return any(getattr(line, move) for move in MOVES)


def _columns() -> list[dict]:
	money = {"fieldtype": "Currency", "options": "currency", "width": 120}
	return [
		{
			"fieldname": "customer_package",
			"label": _("Customer Package"),
			"fieldtype": "Link",
			"options": "Customer Package",
			"width": 130,
		},
		{
			"fieldname": "customer",
			"label": _("Customer"),
			"fieldtype": "Link",
			"options": "Customer",
			"width": 160,
		},
		{
			"fieldname": "package",
			"label": _("Package"),
			"fieldtype": "Link",
			"options": "Service Package",
			"width": 160,
		},
		{"fieldname": "opening", "label": _("Opening"), **money},
		{"fieldname": "sold", "label": _("Sold"), **money},
		{"fieldname": "redeemed", "label": _("Redeemed"), **money},
		{"fieldname": "refunded", "label": _("Refunded"), **money},
		{"fieldname": "expired", "label": _("Expired"), **money},
		{"fieldname": "moved", "label": _("Transfers and Upgrades"), **money},
		{"fieldname": "closing", "label": _("Closing"), **money},
		{"fieldname": "expires_on", "label": _("Expires On"), "fieldtype": "Date", "width": 110},
		{"fieldname": "bucket", "label": _("Expires"), "fieldtype": "Data", "width": 120},
	]


def _row(name: str, line: RollForward, package: frappe._dict, currency: str, at: date) -> dict:
	return {
		"customer_package": name,
		"customer": package.customer,
		"package": package.package,
		**{move: getattr(line, move) for move in MOVES},
		"closing": line.closing,
		"expires_on": package.expires_on,
		"bucket": _(bucket_of(package.expires_on, at).value) if line.closing else "",
		"key": bucket_of(package.expires_on, at).value,
		"currency": currency,
	}


def _message(closing: Decimal, balance: Decimal, accounts: CompanyAccounts) -> str:
	if closing == balance:
		return _("All packages together tie out with {0}.").format(accounts.package_liability)
	return _("{0} stands at {1} and all packages together at {2}: {3} apart.").format(
		accounts.package_liability,
		frappe.format(balance, "Currency"),
		frappe.format(closing, "Currency"),
		frappe.format(balance - closing, "Currency"),
	)


def _chart(rows: list[dict]) -> dict | None:
	sums = {
		bucket: sum((row["closing"] for row in rows if row["key"] == bucket), Decimal(0)) for bucket in Bucket
	}
	if not any(sums.values()):
		return None
	return {
		"data": {
			"labels": [_(bucket.value) for bucket in sums],
			"datasets": [{"name": _("Owed, by when it expires"), "values": _floats(sums)}],
		},
		"type": "bar",
		"fieldtype": "Currency",
		"colors": ["#2490ef"],
		"height": 220,
	}


def _floats(sums: Mapping[Bucket, Decimal]) -> list[float]:
	return [float(amount) for amount in sums.values()]


def _summary(total: RollForward, balance: Decimal, currency: str) -> list[dict]:
	apart = balance - total.closing
	figures = (
		(_("Opening"), total.opening, "Blue"),
		(_("Sold"), total.sold, "Green"),
		(_("Redeemed"), total.redeemed, "Blue"),
		(_("Closing"), total.closing, "Blue"),
		(_("Balance of the account"), balance, "Blue"),
		(_("Difference"), apart, "Red" if apart else "Green"),
	)
	return [
		{
			"label": label,
			"value": amount,
			"datatype": "Currency",
			"currency": currency,
			"indicator": colour,
		}
		for label, amount, colour in figures
	]
