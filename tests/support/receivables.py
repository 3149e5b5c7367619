"""A company whose customers owe: invoices of any age, credits, and ERPNext's own Accounts Receivable to compare with."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import flt, nowdate
from tests import factories as make
from tests.support.packages import Studio, ago, pay

from runbook_ops.core.receivables import Age

ACCOUNTANT = ("Runbook Manager", "Accounts Manager", "Sales Manager")
CLERK = ("Runbook Front Desk", "Sales User", "Accounts User")


class Ledger(Studio):
	"""`invoice(80, overdue=40)` is a submitted invoice of 80 that was due 40 days ago."""

	def __init__(self):
		super().__init__()
		self.settings(company=self.company)
		self.item = make.item().name
		self.customer = make.customer(customer_name=make.unique("Ada Late")).name

	def settings(self, **values) -> None:
		"""As the settings' form does, without its checks."""
		frappe.db.set_single_value("Runbook Settings", values)
		frappe.clear_document_cache("Runbook Settings", "Runbook Settings")

	def invoice(self, price: float = 80, overdue: int = 0, customer=None, **values):
		"""A submitted invoice, posted on the day it was due, or today when that is ahead."""
		doc = frappe.new_doc("Sales Invoice")
		due = ago(overdue)
		doc.update(
			{
				"customer": customer or self.customer,
				"company": self.company,
				"set_posting_time": 1,
				"posting_date": min(due, ago(0)),
				"due_date": due,
				"disable_rounded_total": 1,
				"ignore_default_payment_terms_template": 1,
				**values,
			}
		)
		doc.append("items", {"item_code": self.item, "qty": 1, "rate": price})
		doc.set_missing_values()
		doc.due_date = due
		doc.insert()
		doc.submit()
		return doc

	def part(self, invoice, amount: float) -> str:
		"""A part of it is paid."""
		from runbook_ops.operations.collect_payment import Received, collect_payment

		return collect_payment(Received(invoice.name, "Cash", Decimal(str(amount))))

	def paid_ahead(self, amount: float, **values) -> str:
		"""Money that is not set against an invoice."""
		entry = frappe.new_doc("Payment Entry")
		entry.update(
			{
				"payment_type": "Receive",
				"company": self.company,
				"party_type": "Customer",
				"party": self.customer,
				"paid_from": self.accounts["customer_deposits"],
				"paid_to": self.account("Cash"),
				"paid_amount": amount,
				"received_amount": amount,
				"target_exchange_rate": 1,
				"source_exchange_rate": 1,
				"posting_date": nowdate(),
				**values,
			}
		)
		entry.insert()
		entry.submit()
		return entry.name

	def credit_note(self, invoice, price: float, on_invoice: bool = True):
		"""A part of an invoice is credited, against the invoice or as a credit of its own."""
		from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return

		note = make_sales_return(invoice.name)
		note.items[0].rate = price
		note.update({"update_outstanding_for_self": int(not on_invoice), "set_posting_time": 1})
		note.insert()
		note.submit()
		return note

	def owed(self, invoice) -> float:
		return flt(frappe.db.get_value("Sales Invoice", make.name_of(invoice), "outstanding_amount"), 2)

	def erpnext(self, customer=None) -> dict[str, tuple]:
		"""Customer -> ages, owed and credit, as ERPNext's report has them."""
		from erpnext.accounts.report.accounts_receivable.accounts_receivable import execute

		filters = {
			"company": self.company,
			"report_date": nowdate(),
			"ageing_based_on": "Due Date",
			"range": "30, 60, 90",
			"party_type": "Customer",
			**({"party": [customer]} if customer else {}),
		}
		found: dict[str, list] = {}
		for row in execute(frappe._dict(filters))[1]:
			sums = found.setdefault(row.party, [Decimal(0)] * 7)
			owed = _money(row.outstanding)
			if owed < 0:
				sums[6] -= owed
				continue
			ranges = [_money(row.get(f"range{number}")) for number in range(1, 5)]
			for at, amount in enumerate((owed - sum(ranges), *ranges, owed)):
				sums[at] += amount
		return {party: tuple(sums) for party, sums in found.items()}


def ours(row) -> tuple:
	"""The same of a row of the app's."""
	return tuple(_money(row[age]) for age in (*Age, "owed", "credit"))


def _money(value) -> Decimal:
	return Decimal(str(flt(value, 2)))


@pytest.fixture
def ledger(db):
	return Ledger()


__all__ = ["ACCOUNTANT", "CLERK", "Ledger", "ago", "ledger", "ours", "pay"]
