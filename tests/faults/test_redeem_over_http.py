"""Many requests at once for the last sessions of a package, through the web server: as many as are left succeed."""

import os
from time import monotonic

import frappe
import pytest
from tests import factories as make
from tests.faults.claims import Client, told
from tests.support.packages import Studio
from tests.support.tiers import tier

pytestmark = pytest.mark.commits

REDEEM = "/api/method/runbook_ops.api.packages.redeem"
AT_ONCE = 48
SESSIONS = 5
ROUNDS = int(os.environ.get("RUNBOOK_ROUNDS", tier("10", "100")))


@pytest.fixture
def studio(db):
	return Studio()


@pytest.fixture
def desk(studio):
	"""A front-desk user's client."""
	client = Client(make.api_token(make.user("Runbook Front Desk")))
	frappe.db.commit()
	return client


def sold(studio) -> str:
	package = studio.sell(studio.sessions_package(SESSIONS, price=500)).package
	frappe.db.commit()
	return package


def entries(package: str) -> int:
	"""The submitted entries that redeemed from a package."""
	frappe.db.rollback()
	usages = frappe.get_all("Package Usage", {"customer_package": package, "kind": "Redeem"}, pluck="name")
	return frappe.db.count("Journal Entry", {"runbook_package_usage": ("in", usages), "docstatus": 1})


def test_five_sessions(studio, desk, figures):
	started = monotonic()
	for _ in range(ROUNDS):
		package = sold(studio)
		answers = desk.send_together(
			[("POST", REDEEM, {"package": package, "key": f"{package}-{n}"}) for n in range(AT_ONCE)]
		)
		odd = [answer for answer in answers if answer.status not in (200, 417)]
		assert told(answers) == f"{SESSIONS} x 200, {AT_ONCE - SESSIONS} x 417", odd[:1]
		assert entries(package) == SESSIONS
		assert studio.left(package) == ("Used Up", 0, 0)
		assert studio.is_tied_out()
	figures(f"{ROUNDS} rounds of {AT_ONCE}: {SESSIONS} redeemed each time, {monotonic() - started:.0f} s")


def test_one_key(studio, desk, figures):
	"""The same request many times: redeemed once, and each is answered with the same row."""
	package = sold(studio)
	answers = desk.send_together([("POST", REDEEM, {"package": package, "key": "till-1"})] * AT_ONCE)
	figures(told(answers))
	assert told(answers) == f"{AT_ONCE} x 200", [a.body for a in answers if a.status != 200][:1]
	assert len({answer.body["message"]["usage"] for answer in answers}) == 1
	assert entries(package) == 1
	assert studio.left(package) == ("Active", SESSIONS - 1, 400)
