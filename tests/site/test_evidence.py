"""The dispute pack of a booking: what was accepted, what was said and what happened, in order of time."""

import frappe
import pytest
from frappe.utils import get_datetime
from tests import factories as make
from tests.support.fees import salon
from tests.support.trail import work

from runbook_ops.api.evidence import booking_evidence
from runbook_ops.operations import change_booking
from runbook_ops.site_time import site_zone

__all__ = ["salon"]


def test_what_was_agreed_and_what_happened_in_order(salon, mail_server, monkeypatch):
	monkeypatch.setitem(frappe.flags, "in_test", False)  # else Frappe keeps no record of changes
	visit = salon.visit(deposit=30)
	work()
	change_booking.reschedule_booking(visit.name, make.day(5, "14:00").replace(tzinfo=site_zone()))
	change_booking.mark_no_show(visit.name)
	work()
	work()
	known = booking_evidence(visit.name)
	assert known["version"] == salon.policy.current_version
	assert get_datetime(known["accepted_at"]) == visit.policy_accepted_at
	assert known["policy_text"] == "Please come."
	assert known["rules"] == (
		"Who does not come pays 100 % of the price.",
		"Who cancels less than 24 hours before pays 50 % of the price.",
	)
	events = known["events"]
	assert [event["at"] for event in events] == sorted(event["at"] for event in events)
	told = {event["what"]: event["text"] for event in events}
	assert told["Policy accepted"] == f"The customer accepted {salon.policy.current_version}."
	assert "30.00" in told["Payment Entry"] and "80.00" in told["Sales Invoice"]
	mails = [event["text"] for event in events if event["what"] == "Message sent (Email)"]
	assert any("fee of USD 80.00" in text for text in mails)
	changes = [event["text"] for event in events if event["what"] == "Changed"]
	assert any(text.startswith("Status: ") and text.endswith("No-show") for text in changes)
	assert any("14:00" in text for text in changes)


def test_the_pack_prints_with_every_text_escaped(salon):
	visit = salon.visit()
	visit.add_comment("Comment", "<p>Came to the door &amp; left</p>")
	frappe.db.set_value("Service Booking", visit.name, "customer_name", "<script>alert(1)</script>")
	html = frappe.get_print("Service Booking", visit.name, "Dispute Pack")
	assert "<script>alert(1)" not in html
	for text in (visit.name, "Please come.", "Who does not come pays", "Came to the door &amp; left"):
		assert text in html


def test_who_may_not_read_the_booking_gets_nothing(salon):
	visit = salon.visit()
	frappe.set_user(make.user("Employee").name)
	with pytest.raises(frappe.PermissionError):
		booking_evidence(visit.name)
