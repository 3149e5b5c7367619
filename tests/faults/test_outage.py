"""A mail server that is out of order for a while, with several workers: one alert, few questions to it, and each mail once afterwards."""

import time
from collections import Counter

import frappe
import pytest
from tests import factories as make
from tests.faults.processes import wait_until, workers

pytestmark = pytest.mark.commits

BOOKINGS = 40
FAILURES = 5
WORKERS = 3
PAUSE_MINUTES = 1


def states() -> Counter:
	frappe.db.rollback()
	return Counter(frappe.get_all("Chain Step Run", pluck="state"))


def test_an_outage_is_told_once_and_costs_no_message(mail_server, tmp_path, figures):
	manager = make.user("Runbook Manager")
	settings = {"breaker_failures": FAILURES, "breaker_pause_minutes": PAUSE_MINUTES}
	frappe.get_doc("Runbook Settings").update(settings).save()
	service = make.bookable_service(chain=make.chain([make.message()]).name)
	people = [make.person().name for _ in range(4)]
	for number in range(BOOKINGS):
		make.booking(
			service=service,
			resources=[people[number % 4]],
			starts_at=make.day(3 + number // 32, f"{9 + number // 4 % 8:02}:00"),
		)
	frappe.db.commit()
	mail_server.behave("busy")
	with workers(WORKERS, tmp_path):
		wait_until(lambda: frappe.db.rollback() or held() > BOOKINGS / 2, "the breaker to open", 60)
		time.sleep(3)
		tries = frappe.db.count("Chain Effect Attempt")
		assert tries <= FAILURES + 2 * WORKERS, "who waits asks nobody"
		assert frappe.db.count("Follow-up Task", {"reason_code": "provider_alert"}) == 1
		mail_server.behave("accept")
		opened = time.monotonic()
		past = "date_sub(utc_timestamp(6), interval 1 second)"
		frappe.db.sql(f"update `tabChain Breaker` set probe_at = {past}")
		frappe.db.sql(f"update `tabChain Step Run` set due_at = {past} where state in ('Planned', 'Retry')")
		frappe.db.commit()
		wait_until(lambda: set(states()) == {"Done"}, "every message to go out", 180, pause=0.2)
		took = time.monotonic() - opened
	mails = Counter(mail.message_id for mail in mail_server.mails())
	assert len(mails) == BOOKINGS and set(mails.values()) == {1}
	frappe.db.rollback()
	(task,) = frappe.get_all("Follow-up Task", {"reason_code": "provider_alert"}, ["status", "allocated_to"])
	assert (task.status, task.allocated_to) == ("Done", manager.name)
	assert frappe.db.get_value("Chain Breaker", "email", ["state", "failures"]) == ("Closed", 0)
	figures(f"{BOOKINGS} messages, {tries} tries while it was out; all gone {took:.1f} s after it was back")


def held() -> int:
	return frappe.db.count("Chain Step Run", {"held_for": "email"})
