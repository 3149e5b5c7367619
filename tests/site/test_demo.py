"""The demo business: made once, whole, and told."""

import frappe

from runbook_ops.demo import business
from runbook_ops.demo.make import make_demo

COUNTED = (
	"Customer",
	"Item",
	"Service Booking",
	"Service Resource",
	"Bookable Service",
	"Sales Invoice",
	"User",
)


def counts() -> dict[str, int]:
	return {doctype: frappe.db.count(doctype) for doctype in COUNTED}


def test_the_demo_is_made_once_and_tells_the_trail_of_its_booking(capsys):
	make_demo()
	told = capsys.readouterr().out
	made = counts()
	bookings = frappe.get_all(
		"Service Booking", {"external_id": ("like", "demo:%")}, ["name", "status", "external_id"]
	)
	assert len(bookings) == len(business.HISTORY) + len(business.VISITS) + len(business.CLASS[-1]) + 1
	assert {"Requested", "Confirmed", "Cancelled", "Completed", "No-show"} <= {row.status for row in bookings}
	demo = next(row.name for row in bookings if row.external_id == "demo:demo")
	assert f"Demo booking {demo}" in told
	assert told.count("\n  ") >= 14
	assert frappe.db.get_value("Service Booking", demo, "job")

	make_demo()
	assert counts() == made


def test_steps_that_the_demo_leaves_open_are_owned():
	make_demo()
	asked = frappe.get_all(
		"Follow-up Task", {"kind": "Exception", "status": "Open"}, ["reason", "allocated_to"]
	)
	assert len(asked) >= 2
	assert all(task.reason and task.allocated_to for task in asked)
	assert "address" in " ".join(task.reason for task in asked)
