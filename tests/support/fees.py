"""A salon whose policy asks fees, for tests: missed and cancelled visits, deposits, and what the ledger says."""

from datetime import timedelta
from decimal import Decimal

import frappe
import pytest
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.utils import get_outstanding_invoices
from frappe.utils import now_datetime
from tests import factories as make
from tests.support.packages import Studio, ago

DEBTORS, DEPOSITS, FEES = "Debtors", "Customer Deposits", "No-Show Fee Income"
NO_SHOW = {"cause": "No-show", "kind": "Percent of the price", "value": 100}
LATE = {
	"cause": "Late cancellation",
	"less_than_hours": 24,
	"kind": "Percent of the price",
	"value": 50,
}


@pytest.fixture
def salon():
	return Salon()


class Salon(Studio):
	"""A studio with a policy that asks 100 % for a no-show and 50 % for a cancellation with less than 24 hours."""

	def __init__(self):
		super().__init__()
		self.customer = make.customer().name
		self.cut = make.bookable_service(price=80)
		self.policy = self.policy_with()

	def policy_with(self, **values):
		values = {"policy_text": "Please come.", "fees": [NO_SHOW, LATE], **values}
		return make.insert("Booking Policy", policy_name=make.unique("Policy"), **values)

	def visit(self, deposit=0, policy=None, customer=None, **values):
		"""A confirmed visit in three days with the policy accepted."""
		visit = make.booking(
			service=self.cut,
			customer=customer or self.customer,
			policy_version=(policy or self.policy).current_version,
			policy_accepted_at=now_datetime(),
			**values,
		)
		if deposit:
			from runbook_ops.operations.take_deposit import take_deposit

			take_deposit(visit.name, Decimal(deposit), "Cash")
		return visit

	def missed(self, days_ago=0, **values):
		"""A visit to which nobody came."""
		visit = self.visit(**values)
		change_booking().mark_no_show(visit.name)
		if days_ago:
			frappe.db.set_value("Service Booking", visit.name, "starts_at", f"{ago(days_ago)} 10:00:00")
		return visit.reload()

	def cancelled(self, hours_before=None, by="Customer", **values):
		visit = self.visit(**values)
		if hours_before is not None:
			moment = now_datetime() + timedelta(hours=hours_before)
			frappe.db.set_value("Service Booking", visit.name, "starts_at_utc", _utc(moment))
		change_booking().cancel_booking(visit.name, "Ill", by)
		if hours_before is not None:
			frappe.db.set_value("Service Booking", visit.name, "starts_at_utc", _utc(moment))
		return visit.reload()

	def fee(self, visit):
		return frappe.get_doc("Booking Fee", {"booking": visit.name})

	def open_deposits(self):
		rows = frappe.get_all(
			"Payment Entry",
			{"paid_from": self.accounts["customer_deposits"], "docstatus": 1},
			["unallocated_amount"],
			order_by="name asc",
		)
		return sum(row.unallocated_amount for row in rows)

	def moved_since(self, before):
		"""Account -> by how much it has changed."""
		now = self.balances()
		moved = {name: now.get(name, 0) - before.get(name, 0) for name in {*now, *before}}
		return {name: amount for name, amount in moved.items() if amount}

	def pay(self, invoice, amount):
		entry = get_payment_entry("Sales Invoice", invoice, party_amount=amount)
		entry.paid_to = self.account("Cash")
		entry.insert()
		entry.submit()

	def unpaid(self):
		"""What ERPNext still shows as open for the customer."""
		accounts = [self.accounts["customer_deposits"], self.account(DEBTORS)]
		return get_outstanding_invoices("Customer", self.customer, accounts)

	def is_tied_out(self):
		"""The account is what is open of deposits, and debits equal credits."""
		balances = self.balances()
		return -balances.get(DEPOSITS, 0) == self.open_deposits() and not sum(balances.values())


def _utc(moment):
	from runbook_ops.site_time import from_site, to_utc

	return to_utc(from_site(moment))


def change_booking():
	"""The moves in a booking's life; loaded late, since a site has to be there."""
	from runbook_ops.operations import change_booking as moves

	return moves
