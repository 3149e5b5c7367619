"""Write a movement of a customer's package: its row in the ledger and what is left on the package, together."""

from datetime import date

import frappe
from frappe.utils import getdate, nowdate

from ..core.package_holding import Movement, apply
from ..core.refusal import Refusal
from ..errors import PackageRefused
from ..messages import refuse
from ..store.accounts import CompanyAccounts, load_accounts
from ..store.packages import Package, insert_usage, lock_package, save_holding


def locked(package: str) -> Package:
	"""The package, locked until the transaction ends."""
	found = lock_package(package)
	if found is None:
		refuse(Refusal("package_unknown", "package", {"package": package}), PackageRefused)
	return found


def accounts_of(company: str) -> CompanyAccounts:
	"""The company's accounts, or what to do when they are not set up."""
	accounts = load_accounts(company)
	if accounts is None:
		refuse(Refusal("accounts_missing", "company", {"company": company}), PackageRefused)
	return accounts


def decided(outcome: Movement | Refusal) -> Movement:
	"""The movement that the core decided on; raises PackageRefused when it refused."""
	if isinstance(outcome, Refusal):
		refuse(outcome, PackageRefused)
	return outcome


def with_reason(reason: str | None) -> str:
	"""A reason that says something."""
	text = (reason or "").strip()
	if not text:
		refuse(Refusal("package_reason_missing", "reason"), PackageRefused)
	return text


def record(package: Package, movement: Movement, on: date, **values: object) -> str:
	"""Write the row and the package; gives the row's name. `values`: further fields of Package Usage."""
	name = insert_usage(package, movement, on, values)
	save_holding(package, apply(package.holding, movement))
	return name


def day_or_today(on: date | str | None) -> date:
	"""The day asked for, else today on the site."""
	return getdate(on or nowdate())


def name_of_customer(customer: str) -> str:
	"""How the customer is called, for remarks."""
	return frappe.get_cached_value("Customer", customer, "customer_name") or customer
