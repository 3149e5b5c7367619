"""The accounts of a company that Runbook Ops posts to, as Runbook Settings names them."""

from dataclasses import dataclass

import frappe


@dataclass(frozen=True)
class CompanyAccounts:
	"""One company's accounts, its currency and the cost centre for what names none."""

	company: str
	currency: str
	cost_center: str | None
	package_liability: str
	customer_deposits: str
	service_income: str
	package_breakage_income: str
	no_show_fee_income: str
	tips_payable: str | None = None
	finance_charge_income: str | None = None
	fee_tax_template: str | None = None
	charge_tax_template: str | None = None


FIELDS = (
	"package_liability",
	"customer_deposits",
	"service_income",
	"package_breakage_income",
	"no_show_fee_income",
)
"""Without one of these nothing can be posted; accounts for tips and finance charges are needed only where there are any."""


def load_accounts(company: str) -> CompanyAccounts | None:
	"""The accounts of a company; None while one of them is missing."""
	settings = frappe.get_cached_doc("Runbook Settings")
	for row in settings.company_accounts:
		if row.company == company and all(row.get(field) for field in FIELDS):
			own = frappe.get_cached_value(
				"Company", company, ["default_currency", "cost_center"], as_dict=True
			)
			fields = (
				*FIELDS,
				"tips_payable",
				"finance_charge_income",
				"fee_tax_template",
				"charge_tax_template",
			)
			return CompanyAccounts(
				company, own.default_currency, own.cost_center, *(row.get(field) for field in fields)
			)
	return None


def companies_with_accounts() -> list[str]:
	"""The companies whose accounts are set up."""
	rows = frappe.get_cached_doc("Runbook Settings").company_accounts
	return [row.company for row in rows if all(row.get(field) for field in FIELDS)]


def income_account(service: str | None, accounts: CompanyAccounts) -> str:
	"""Where a service's income goes: the account of its item for the company, else Service Income."""
	item = frappe.get_cached_value("Bookable Service", service, "item") if service else None
	own = item and frappe.db.get_value(
		"Item Default", {"parent": item, "company": accounts.company}, "income_account", cache=True
	)
	return own or accounts.service_income


def find_account(company: str, account_name: str) -> str | None:
	"""The company's account of this name, when it can be posted to."""
	return frappe.db.get_value("Account", {"company": company, "account_name": account_name, "is_group": 0})


def group_for(company: str, root_type: str, beside: str | None) -> str | None:
	"""The group below which a new account goes: that of an account like it, else the first group of its kind."""
	if beside:
		return frappe.db.get_value("Account", beside, "parent_account")
	groups = {"company": company, "root_type": root_type, "is_group": 1}
	below = frappe.get_all(
		"Account", {**groups, "parent_account": ("is", "set")}, pluck="name", order_by="lft asc", limit=1
	)
	return (below or frappe.get_all("Account", groups, pluck="name", order_by="lft asc", limit=1) or [None])[
		0
	]
