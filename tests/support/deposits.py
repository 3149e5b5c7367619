"""A house whose policy asks for deposits, and whose customers pay by a Stripe on loopback, for tests."""

from datetime import timedelta

import frappe
import pytest
from frappe.utils import now_datetime
from tests import factories as make
from tests.support.guests import FORM, good, wish
from tests.support.pay import PayShop

QUARTER = {"asked_of": "Everybody", "ahead": "Any time", "kind": "Percent of the price", "value": 25}
MINUTES = 45


class House(PayShop):
	"""A service of 80.00 that two people do; the policy asks for a quarter of it within 45 minutes."""

	def __init__(self, stripe, title="", **policy):
		super().__init__(stripe)
		skill = make.skill()
		people = [make.person(skills=[skill]), make.person(skills=[skill])]
		self.ann, self.bea = (one.name for one in people)
		self.policy = self.policy_with(**policy)
		needs = [{"kind": "Person", "skill": skill.name}]
		values = {"online": 1, "needs": needs, "booking_policy": self.policy.name}
		if title:
			values["service_name"] = title
		self.service = make.bookable_service(minutes=60, price=80, **values).name

	def policy_with(self, deposits=(QUARTER,), **values):
		values = {"policy_text": "Please come.", "deposit_minutes": MINUTES, **values}
		return make.insert(
			"Booking Policy", policy_name=make.unique("House"), deposits=list(deposits), **values
		)

	def held(self, **more) -> dict:
		"""A time that somebody keeps at the public page."""
		from runbook_ops.api import public

		return good(public.hold, wish(self, **more))

	def book(self, email=FORM["email"], **more) -> tuple[dict, frappe._dict]:
		"""Booked at the public page: its answer, and the booking."""
		from runbook_ops.api import public

		form = {**FORM, "email": email, "accepted": self.policy.reload().current_version}
		told = good(public.book, {**form, "hold": self.held(**more)["hold"]})
		return told, frappe.get_doc("Service Booking", told["number"])

	def request(self, **values):
		"""A request at the desk, the policy accepted."""
		values = {"policy_version": self.policy.current_version, "service": self.service, **values}
		return self.visit(status="Requested", resources=[self.ann], **values)

	def link(self, booking):
		"""The newest Pay Link of a booking."""
		name = frappe.get_all(
			"Pay Link", {"booking": booking.name}, pluck="name", order_by="creation desc", limit=1
		)
		return frappe.get_doc("Pay Link", name[0])

	def overdue(self, booking) -> None:
		"""The time to pay is over."""
		past = now_datetime() - timedelta(days=2)
		frappe.db.set_value(
			"Service Booking",
			booking.name,
			{"deposit_due_at": past, "deposit_due_at_utc": past},
			update_modified=False,
		)

	def deposits(self, booking) -> list[float]:
		"""What is held for it."""
		filters = {"runbook_booking": booking.name, "docstatus": 1, "payment_type": "Receive"}
		return frappe.get_all("Payment Entry", filters, pluck="unallocated_amount", order_by="creation asc")


@pytest.fixture
def house(db, online, stripe):
	"""Bookings online are confirmed at once, unless a deposit is asked for."""
	return House(stripe)


@pytest.fixture
def shop(house):
	"""The same house, for fixtures that know it as a shop."""
	return house


def state(booking):
	"""How a booking and its deposit stand now."""
	booking.reload()
	return booking.status, booking.deposit_state
