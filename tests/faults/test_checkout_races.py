"""Several cashiers at once on one booking, through the web server: it is checked out once.

`RUNBOOK_ROUNDS`: how many rounds (5, at night 100).
"""

import os

import frappe
import pytest
from frappe.utils import flt
from tests import factories as make
from tests.faults.claims import Client, told
from tests.support.packages import Studio
from tests.support.tiers import tier

from runbook_ops.operations.change_booking import complete_booking

pytestmark = pytest.mark.commits

POST = "/api/method/runbook_ops.api.checkout.post"
ROUNDS = int(os.environ.get("RUNBOOK_ROUNDS", tier("5", "100")))
CASHIERS = 6


@pytest.fixture
def studio(db):
	return Studio()


@pytest.fixture
def desk(studio):
	client = Client(
		make.api_token(make.user("Runbook Front Desk", "Sales User", "Accounts User", "Stock User"))
	)
	frappe.db.commit()
	return client


def visits(studio, count):
	service, customer = make.bookable_service(price=80), make.customer().name
	for number in range(count):
		booking = make.booking(
			service=service, customer=customer, starts_at=make.day(3 + number % 7, "10:00")
		)
		complete_booking(booking.name)
		package = studio.sell(studio.sessions_package(1, 100), customer).package
		frappe.db.commit()
		yield booking.name, service.name, package


def basket(service, package=None):
	line = {"key": "service-1", "kind": "Service", "name": service, "redeem": package}
	return {"lines": [line], "tenders": [] if package else [{"mode": "Cash", "amount": 100}]}


def posted(booking) -> tuple[int, float]:
	"""How many invoices a booking has, and what was paid on them."""
	frappe.db.rollback()
	paid = frappe.get_all(
		"Payment Entry", {"runbook_booking": booking, "docstatus": 1}, pluck="paid_amount", order_by="name"
	)
	return frappe.db.count("Sales Invoice", {"runbook_booking": booking, "docstatus": 1}), flt(sum(paid))


def test_two_and_more_cashiers_on_one_booking(studio, desk, figures):
	for number, (booking, service, package) in enumerate(visits(studio, ROUNDS)):
		by_package = number % 2 == 1
		wish = {"booking": booking, "basket": basket(service, package if by_package else None)}
		answers = desk.send_together(
			[("POST", POST, {**wish, "key": f"{booking}-{n}"}) for n in range(CASHIERS)]
		)
		odd = [answer for answer in answers if answer.status not in (200, 417)]
		assert told(answers) == f"1 x 200, {CASHIERS - 1} x 417", (number, odd[:1] or answers[0].body)
		assert posted(booking) == ((0, 0) if by_package else (1, 80))
		assert frappe.db.count("Checkout", {"booking": booking}) == 1
		if by_package:
			assert studio.left(package)[0] == "Used Up"
	figures(f"{ROUNDS} rounds of {CASHIERS}: checked out once each time")


def test_one_key_sent_again_and_again(studio, desk, figures):
	((booking, service, _package),) = visits(studio, 1)
	wish = {"booking": booking, "basket": basket(service), "key": booking}
	answers = desk.send_together([("POST", POST, wish)] * CASHIERS)
	figures(told(answers))
	assert told(answers) == f"{CASHIERS} x 200", [a.body for a in answers if a.status != 200][:1]
	assert len({answer.body["message"]["checkout"] for answer in answers}) == 1
	assert posted(booking) == (1, 80)
