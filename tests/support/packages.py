"""A company that sells packages, for tests: its accounts, its packages, and what its ledger says."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate
from tests import factories as make

LIABILITY = "Contract Liabilities - Packages"
SERVICE = "Service Income"
BREAKAGE = "Package Breakage Income"


@dataclass(frozen=True)
class Sale:
	"""A submitted invoice and the packages that it opened."""

	invoice: str
	packages: tuple[str, ...]

	@property
	def package(self) -> str:
		"""The only one."""
		(name,) = self.packages
		return name


class Studio:
	"""The test company, or another one, with accounts set up and no tax by default."""

	def __init__(self, company: str | None = None):
		from runbook_ops.operations.set_up_accounts import set_up_accounts

		self.company = company or make.company()
		self.accounts = set_up_accounts(self.company)[self.company]
		self.abbr = frappe.get_cached_value("Company", self.company, "abbr")
		frappe.db.set_value("Sales Taxes and Charges Template", {"is_default": 1}, "is_default", 0)
		self._open_last_year()

	def _open_last_year(self) -> None:
		"""Tests post some months back, whatever the day is."""
		from frappe.utils import getdate

		year = getdate().year - 1
		first, last = f"{year}-01-01", f"{year}-12-31"
		if not frappe.db.exists(
			"Fiscal Year", {"year_start_date": ("<=", last), "year_end_date": (">=", first)}
		):
			make.insert("Fiscal Year", year=str(year), year_start_date=first, year_end_date=last)

	def account(self, name: str) -> str:
		"""The company's account of this name."""
		return f"{name} - {self.abbr}"

	def tax_account(self) -> str:
		"""An account for a tax of ten percent."""
		from runbook_ops.store.accounts import find_account

		known = find_account(self.company, "Tax")
		if known:
			return known
		parent = frappe.db.get_value("Account", {"company": self.company, "account_name": "Duties and Taxes"})
		return make.insert(
			"Account", account_name="Tax", company=self.company, parent_account=parent, account_type="Tax"
		).name

	# -- what is sold

	def package(self, price: float | None = None, units: int = 1, uom: str = "Session", **values):
		"""A Service Package with an item of its own, whose price is of the whole package."""
		values.setdefault("package_name", make.unique("Package"))
		if "item" not in values:
			each = None if price is None else price / units
			values["item"] = make.item(each, stock_uom=uom).name
			frappe.db.set_value("Item Price", {"item_code": values["item"]}, "valid_from", "2020-01-01")
		return make.insert("Service Package", **values)

	def sessions_package(self, sessions: int, price: float | None = 1000, services: Sequence = (), **values):
		"""So many sessions, sold by the session."""
		rows = [dict(row) if isinstance(row, dict) else {"service": make.name_of(row)} for row in services]
		return self.package(price, sessions, kind="Sessions", sessions=sessions, services=rows, **values)

	def value_package(self, face: float, price: float, **values):
		"""A money value, sold as one piece."""
		return self.package(price, uom="Nos", kind="Money value", face_value=face, **values)

	def invoice(self, package, customer=None, on=None, tax: bool = False, included: bool = False, **values):
		"""An invoice for a package, not saved."""
		from runbook_ops.operations.draft_package_sale import draft_package_sale

		customer = make.name_of(customer or make.customer())
		doc = draft_package_sale(customer, make.name_of(package), self.company, on=on)
		if tax:
			doc.append(
				"taxes",
				{
					"charge_type": "On Net Total",
					"account_head": self.tax_account(),
					"description": "Tax",
					"rate": 10,
					"included_in_print_rate": int(included),
				},
			)
		doc.update(values)
		return doc

	def sell(self, package, customer=None, **values) -> Sale:
		"""Sell a package through a plain Sales Invoice."""
		doc = self.invoice(package, customer, **values)
		doc.insert()
		doc.submit()
		return self.sale(doc.name)

	def sale(self, invoice: str) -> Sale:
		"""What an invoice has sold."""
		from runbook_ops.store.packages import packages_of_invoice

		return Sale(invoice, tuple(packages_of_invoice(invoice)))

	# -- what the books say

	def ledger(self, *vouchers: str) -> dict[str, Decimal]:
		"""Account (its short name) -> debit less credit of these vouchers; those that are zero left out."""
		return self._sums({"voucher_no": ("in", vouchers)})

	def balances(self) -> dict[str, Decimal]:
		"""The trial balance of the company."""
		return self._sums({"company": self.company})

	def _sums(self, filters: dict) -> dict[str, Decimal]:
		rows = frappe.get_all(
			"GL Entry", {**filters, "is_cancelled": 0}, ["account", "debit", "credit"], order_by="name asc"
		)
		sums: dict[str, Decimal] = {}
		for row in rows:
			name = row.account.removesuffix(f" - {self.abbr}")
			sums[name] = sums.get(name, Decimal(0)) + Decimal(str(row.debit)) - Decimal(str(row.credit))
		return {name: amount for name, amount in sums.items() if amount}

	def owed(self) -> Decimal:
		"""The balance of the liability."""
		return -self.balances().get(LIABILITY, Decimal(0))

	def left(self, package: str) -> tuple[str, int, Decimal]:
		"""State, sessions left and value left of a customer's package."""
		row = frappe.db.get_value(
			"Customer Package", package, ["state", "sessions_left", "value_left"], as_dict=True
		)
		return row.state, row.sessions_left, Decimal(str(row.value_left))

	def rows(self, package: str) -> list[tuple[str, int, Decimal]]:
		"""The ledger of a customer's package: kind, sessions, value."""
		rows = frappe.get_all(
			"Package Usage",
			{"customer_package": package},
			["kind", "sessions", "amount"],
			order_by="creation asc, name asc",
		)
		return [(row.kind, row.sessions, Decimal(str(row.amount))) for row in rows]

	def is_tied_out(self) -> bool:
		"""Whether the liability is what all open packages are worth, and debits equal credits."""
		from runbook_ops.store.package_figures import account_balance, open_value

		balance = account_balance(self.company, self.accounts["package_liability"])
		return balance == open_value(self.company) and not sum(self.balances().values())


@pytest.fixture
def studio():
	return Studio()


@pytest.fixture
def tied_out(studio):
	"""Whatever a test does, the liability is what the open packages are worth."""
	yield
	assert studio.is_tied_out()


def redeem(package, **values) -> str:
	from runbook_ops.operations.redeem_session import Redemption, redeem_session

	return redeem_session(Redemption(package, **values))


def voucher(usage) -> str:
	return frappe.db.get_value("Package Usage", usage, "voucher_no")


def pay(invoice) -> str:
	from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry

	entry = get_payment_entry("Sales Invoice", invoice)
	entry.update({"paid_to": f"Cash - {frappe.get_cached_value('Company', entry.company, 'abbr')}"})
	entry.insert()
	entry.submit()
	return entry.name


def ago(days: int):
	return getdate(add_days(nowdate(), -days))
