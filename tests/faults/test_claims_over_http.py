"""A hundred requests for one slot at once, through the web server: exactly one gets it, the others are told what is open."""

import time

import frappe
import pytest
from tests import factories as make
from tests.faults.claims import Client, told

from runbook_ops.core.booking import CLAIMING

pytestmark = pytest.mark.commits

BOOK = "/api/method/runbook_ops.api.bookings.book"
INSERT = "/api/resource/Service Booking".replace(" ", "%20")
AT_ONCE = 100


@pytest.fixture
def desk(db):
	"""A front-desk user's client."""
	client = Client(make.api_token(make.user("Runbook Front Desk")))
	frappe.db.commit()
	return client


def confirmed(**filters) -> list:
	"""The bookings that hold time, as they are stored now."""
	frappe.db.rollback()
	return frappe.get_all(
		"Service Booking", {"status": ("in", list(CLAIMING)), **filters}, ["name", "starts_at", "ends_at"]
	)


def test_one_slot_is_booked_once(desk, figures):
	who, what, whom = make.person().name, make.bookable_service(minutes=30).name, make.customer().name
	frappe.db.commit()
	started, rounds = time.monotonic(), 3
	for number in range(rounds):
		starts_at = make.day(3 + number)
		wish = {"customer": whom, "service": what, "starts_at": str(starts_at), "resource": who}
		answers = desk.post_together(BOOK, [wish] * AT_ONCE)
		assert told(answers) == "1 x 200, 99 x 409", [a.body for a in answers if a.status not in (200, 409)][
			:1
		]
		assert len(confirmed(starts_at=starts_at)) == 1
		assert all(a.body["next_open"] for a in answers if a.status == 409)
	figures(f"{rounds} rounds of {AT_ONCE}: 1 booking each, {time.monotonic() - started:.0f} s")
