"""What does a checkout add to the invoice and the payment that it posts?

Timed are whole operations with a real commit: `operations.post_checkout.post_checkout` of a completed booking with one service, paid
in cash, over the insert and submit of a bare Sales Invoice with the same item and rate and of its Payment Entry.
"""

from dataclasses import replace
from decimal import Decimal

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.utils import nowdate
from tests import factories as make
from tests.support.packages import Studio

from benchmarks.measure import interleaved, seconds
from benchmarks.report import Row
from runbook_ops.core.checkout import Tender
from runbook_ops.operations.change_booking import complete_booking
from runbook_ops.operations.check_out_booking import sale_of
from runbook_ops.operations.post_checkout import post_checkout

GOAL = 1.3
TURNS = 11
PRICE = 80


def measure(quick: bool) -> list[Row]:
	"""The row."""
	turns, size = (2, 1) if quick else (TURNS, 4)
	till = Till((turns + 1) * size)
	ratio = interleaved("checkout", lambda: till.checked_out(size), lambda: till.posted(size), turns)
	return [Row("checkout", ratio.value, GOAL, detail=ratio.told(size))]


class Till:
	"""Bookings that are done and not paid."""

	def __init__(self, visits: int):
		self.company = Studio().company
		self.service, self.customer = make.bookable_service(price=PRICE), make.customer().name
		self.visits = []
		for number in range(visits):
			booking = make.booking(
				service=self.service, customer=self.customer, starts_at=make.day(3 + number, "10:00")
			)
			complete_booking(booking.name)
			self.visits.append(booking.name)
		frappe.db.commit()

	def checked_out(self, size: int) -> float:
		"""So many checkouts, one by one."""
		return sum(seconds(self._check_out) for _ in range(size))

	def posted(self, size: int) -> float:
		"""So many bare invoices with their payments, one by one."""
		return sum(seconds(self._post) for _ in range(size))

	def _check_out(self) -> None:
		sale = sale_of(frappe.get_doc("Service Booking", self.visits.pop()))
		paid = (Tender("Cash", Decimal(PRICE), is_cash=True),)
		post_checkout(replace(sale, basket=replace(sale.basket, tenders=paid)))
		frappe.db.commit()

	def _post(self) -> None:
		invoice = frappe.new_doc("Sales Invoice")
		invoice.update({"customer": self.customer, "company": self.company, "due_date": nowdate()})
		invoice.append("items", {"item_code": self.service.item, "qty": 1, "rate": PRICE})
		invoice.set_missing_values()
		invoice.insert()
		invoice.submit()
		entry = get_payment_entry("Sales Invoice", invoice.name)
		entry.update({"reference_no": invoice.name, "reference_date": nowdate()})
		entry.insert()
		entry.submit()
		frappe.db.commit()
