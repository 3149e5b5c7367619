"""Make or find the accounts that packages, deposits and fees are posted to, for each company; safe to repeat."""

import frappe
from frappe.model.document import Document

from ..store.accounts import find_account, group_for

ACCOUNTS: dict[str, tuple[str, str, str]] = {
	"package_liability": ("Contract Liabilities - Packages", "Liability", ""),
	"customer_deposits": ("Customer Deposits", "Liability", "Receivable"),
	"service_income": ("Service Income", "Income", ""),
	"package_breakage_income": ("Package Breakage Income", "Income", ""),
	"no_show_fee_income": ("No-Show Fee Income", "Income", ""),
	"tips_payable": ("Tips Payable", "Liability", ""),
	"finance_charge_income": ("Finance Charge Income", "Income", ""),
}
"""Field of Company Accounts -> name, root type and account type of the account."""

SESSION = "Session"
SUPPLIER_ADVANCES = ("Supplier Advances", "Asset", "Payable")


def set_up_accounts(company: str | None = None) -> dict[str, dict[str, str]]:
	"""Company -> field -> account, for one company or for all; what is there already stays as it is."""
	_make_unit()
	settings = frappe.get_doc("Runbook Settings")
	companies = [company] if company else frappe.get_all("Company", pluck="name", order_by="name asc")
	made = {name: _fill(_row_of(settings, name)) for name in companies}
	settings.flags.ignore_permissions = True
	settings.save()
	for name, accounts in made.items():
		_keep_deposits_apart(name, accounts["customer_deposits"])
	return made


def _make_unit() -> None:
	"""The unit in which sessions are sold, whole ones only."""
	if not frappe.db.exists("UOM", SESSION):
		frappe.get_doc({"doctype": "UOM", "uom_name": SESSION, "must_be_whole_number": 1}).insert(
			ignore_permissions=True
		)


def _row_of(settings: Document, company: str) -> Document:
	known = [row for row in settings.company_accounts if row.company == company]
	return known[0] if known else settings.append("company_accounts", {"company": company})


def _fill(row: Document) -> dict[str, str]:
	for field in ACCOUNTS:
		if not row.get(field):
			row.set(field, _account(row.company, *ACCOUNTS[field]))
	return {field: row.get(field) for field in ACCOUNTS}


def _account(company: str, name: str, root_type: str, account_type: str) -> str:
	known = find_account(company, name)
	if known:
		return known
	account = frappe.new_doc("Account")
	account.update(
		{
			"account_name": name,
			"company": company,
			"root_type": root_type,
			"account_type": account_type,
			"account_currency": frappe.get_cached_value("Company", company, "default_currency"),
			"parent_account": group_for(company, root_type, _beside(company, root_type)),
		}
	)
	return account.insert(ignore_permissions=True).name


def _beside(company: str, root_type: str) -> str | None:
	"""The account beside whose group, or in whose group, a new one of this kind belongs."""
	own = frappe.get_cached_value(
		"Company", company, ["default_payable_account", "default_income_account"], as_dict=True
	)
	if root_type == "Income":
		return own.default_income_account
	if root_type == "Liability" and own.default_payable_account:
		return frappe.db.get_value("Account", own.default_payable_account, "parent_account")
	return None


def _keep_deposits_apart(company: str, account: str) -> None:
	"""Advances of customers go to the deposits account, unless the company has one for them already.

	ERPNext then wants an account for advances to suppliers too, so one is made.
	"""
	doc = frappe.get_doc("Company", company)
	if doc.default_advance_received_account:
		return
	paid = doc.default_advance_paid_account or _account(company, *SUPPLIER_ADVANCES)
	doc.db_set(
		{
			"default_advance_received_account": account,
			"default_advance_paid_account": paid,
			"book_advance_payments_in_separate_party_account": 1,
		}
	)
