"""A company that bills abroad: accounts and ways to pay in other currencies, their rates, and its ledger in both currencies."""

import frappe
import pytest
from frappe.utils import flt, getdate
from tests import factories as make
from tests.support.receivables import Ledger, ago

GAIN = "Exchange Gain/Loss"


def accounts_settings(**values) -> None:
	"""As the settings' form does."""
	frappe.db.set_single_value("Accounts Settings", values)
	frappe.clear_document_cache("Accounts Settings", "Accounts Settings")


class Abroad(Ledger):
	"""`kept("EUR", 100, 1.1)` is an invoice that is owed in euro, `written(...)` one that is kept in the company's dollars."""

	def __init__(self):
		super().__init__()
		self.debtors: dict[str, str] = {}
		self.payers: dict[str, str] = {}

	def rate(self, currency: str, worth: float, day=None, **values) -> None:
		"""What one of a currency is worth in the company's from a day on, today unless said."""
		frappe.db.set_value("Currency", currency, "enabled", 1)
		make.insert(
			"Currency Exchange",
			date=day or getdate(),
			from_currency=currency,
			to_currency="USD",
			exchange_rate=worth,
			**{"for_selling": 1, "for_buying": 1, **values},
		)

	def kept(self, currency: str, price: float, rate: float, overdue: int = 0, **values):
		"""An invoice whose receivable account is in its own currency."""
		if currency not in self.debtors:
			self.debtors[currency] = self.open_account(f"Debtors {currency}", currency, "Receivable")
			self.payers[currency] = make.customer(customer_name=make.unique(f"Payer {currency}")).name
		about = {"customer": self.payers[currency], "debit_to": self.debtors[currency], **values}
		return self.written(currency, price, rate, overdue, **about)

	def written(self, currency: str, price: float, rate: float, overdue: int = 0, **values):
		"""An invoice in a currency, on the company's receivable account unless said otherwise."""
		frappe.db.set_value("Currency", currency, "enabled", 1)
		accounts_settings(allow_multi_currency_invoices_against_single_party_account=1)
		return self.invoice(price, overdue, currency=currency, conversion_rate=rate, **values)

	def open_account(self, name: str, currency: str, kind: str) -> str:
		"""An account of the company in a currency."""
		parent = {"Receivable": "Accounts Receivable", "Bank": "Bank Accounts"}[kind]
		return make.insert(
			"Account",
			account_name=name,
			company=self.company,
			account_currency=currency,
			account_type=kind,
			parent_account=self.account(parent),
		).name

	def bank(self, currency: str) -> str:
		"""A mode of payment whose account is in a currency; account and mode have one name."""
		name = make.unique(f"Bank {currency}")
		account = self.open_account(name, currency, "Bank")
		rows = [{"company": self.company, "default_account": account}]
		return make.insert("Mode of Payment", mode_of_payment=name, type="Bank", accounts=rows).name

	def both(self, *vouchers: str) -> dict[str, tuple[float, float]]:
		"""Account (its short name) -> debit less credit of vouchers, in the company's currency and in the account's."""
		fields = [
			"account",
			*("debit", "credit", "debit_in_account_currency", "credit_in_account_currency"),
		]
		filters = {"voucher_no": ("in", vouchers), "is_cancelled": 0}
		sums: dict[str, tuple[float, float]] = {}
		for row in frappe.get_all("GL Entry", filters, fields, order_by="name asc"):
			name = row.account.removesuffix(f" - {self.abbr}")
			value, own = sums.get(name, (0.0, 0.0))
			sums[name] = (
				flt(value + row.debit - row.credit, 2),
				flt(own + row.debit_in_account_currency - row.credit_in_account_currency, 2),
			)
		return {name: pair for name, pair in sums.items() if any(pair)}

	def gains_of(self, entry: str) -> list[str]:
		"""The Journal Entries by which ERPNext booked what the rates of a Payment Entry differ by."""
		filters = {"reference_type": "Payment Entry", "reference_name": entry, "docstatus": 1}
		return frappe.get_all("Journal Entry Account", filters, pluck="parent", order_by="parent asc")

	def of_payment(self, entry: str) -> dict[str, tuple[float, float]]:
		"""What a payment and its exchange gain or loss have moved."""
		return self.both(entry, *self.gains_of(entry))

	def balance(self, account: str) -> tuple[float, float]:
		"""What an account holds, in the company's currency and its own."""
		moved = self.both(
			*frappe.get_all("GL Entry", {"account": account}, pluck="voucher_no", order_by="name asc")
		)
		return moved.get(account.removesuffix(f" - {self.abbr}"), (0.0, 0.0))


@pytest.fixture
def abroad(db):
	return Abroad()


__all__ = ["GAIN", "Abroad", "abroad", "accounts_settings", "ago"]
