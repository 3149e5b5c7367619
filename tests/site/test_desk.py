"""What the desk asks the server for: the calendar, the bill, open slots, reports, cards, the receipt, the story."""

import frappe
import pytest
from frappe.utils import add_days, get_datetime, getdate, nowdate
from tests import factories

from runbook_ops.api import bookings, calendar, cards, chains
from runbook_ops.report.bookings.bookings import execute as bookings_report
from runbook_ops.report.chain_health.chain_health import execute as chain_health
from runbook_ops.workflows.pump import pump


@pytest.fixture
def stranger(db):
	"""Act as a desk user without any of our roles."""
	login = factories.user("Sales User")
	frappe.set_user(login.name)
	yield login
	frappe.set_user("Administrator")


def window(booking):
	day = getdate(booking.starts_at)
	return str(add_days(day, -1)), str(add_days(day, 1))


def test_the_calendar_shows_bookings_that_overlap_with_who_does_them():
	booking = factories.booking()
	events = calendar.get_events(*window(booking))
	event = next(event for event in events if event["name"] == booking.name)
	assert booking.resources[0].resource in event["title"]
	assert (event["starts_at"], event["color"]) == (
		get_datetime(booking.starts_at),
		calendar.COLOURS["Confirmed"],
	)


def test_the_calendar_leaves_cancelled_bookings_out_unless_asked():
	booking = factories.booking()
	booking.update({"status": "Cancelled", "cancel_reason": "Ill"})
	booking.save()
	names = [event["name"] for event in calendar.get_events(*window(booking))]
	assert booking.name not in names
	asked = calendar.get_events(*window(booking), filters=[["Service Booking", "status", "=", "Cancelled"]])
	assert booking.name in [event["name"] for event in asked]


def test_the_calendar_is_not_for_strangers(stranger):
	with pytest.raises(frappe.PermissionError):
		calendar.get_events(nowdate(), add_days(nowdate(), 7))


def test_the_bill_shows_what_the_checkout_then_posts():
	booking = factories.booking(service=factories.bookable_service(price=80))
	booking.status = "Completed"
	booking.save()
	before = frappe.db.count("Sales Invoice")
	bill = bookings.bill(booking.name)
	assert frappe.db.count("Sales Invoice") == before
	assert [line["amount"] for line in bill["lines"]] == [80]
	receipt = bookings.check_out(booking.name)
	assert float(receipt["total"]) == bill["total"]


def test_the_bill_is_not_for_strangers(db):
	booking = factories.booking()
	frappe.set_user(factories.user("Employee").name)
	with pytest.raises(frappe.PermissionError):
		bookings.bill(booking.name)
	frappe.set_user("Administrator")


def test_a_person_narrows_the_slots_and_leaves_the_room_open():
	person, other, room = factories.person(), factories.person(), factories.room()
	service = factories.bookable_service(needs=["Person", "Room"])
	day = factories.day(3, "00:00")
	slots = bookings.open_slots(service.name, str(day), str(add_days(day, 1)), resource=other.name)
	assert {tuple(sorted(slot["resources"])) for slot in slots} == {tuple(sorted((other.name, room.name)))}
	assert person.name not in str(slots)


def test_the_time_of_a_booking_that_is_moved_counts_as_free():
	booking = factories.booking()
	person = booking.resources[0].resource
	first = str(booking.starts_at)
	last = str(frappe.utils.add_to_date(booking.starts_at, minutes=15))
	assert bookings.open_slots(booking.service, first, last, resource=person) == []
	assert bookings.open_slots(booking.service, first, last, resource=person, booking=booking.name)


def test_a_booking_moves_with_all_the_resources_of_a_slot():
	person, room = factories.person(), factories.room()
	service = factories.bookable_service(needs=["Person", "Room"])
	booking = factories.booking(service=service, resources=[person, room])
	other = factories.person()
	told = bookings.reschedule(
		booking.name, str(factories.day(4)), resources=frappe.as_json([other.name, room.name])
	)
	assert told["resources"] == [other.name, room.name]


def test_the_bookings_report_counts_values_and_losses():
	service = factories.bookable_service(price=80)
	kept, lost = factories.booking(service=service), factories.booking(service=service, price=50)
	lost.update({"status": "Cancelled", "cancel_reason": "Ill"})
	lost.save()
	filters = {
		"from_date": getdate(kept.starts_at),
		"to_date": getdate(kept.starts_at),
		"service": service.name,
	}
	columns, rows, _message, chart, summary = bookings_report(filters)
	assert {row["booking"]: float(row["value"]) for row in rows} == {kept.name: 80, lost.name: 50}
	figures = {figure["label"]: figure["value"] for figure in summary}
	assert (figures["Bookings"], float(figures["Value"]), float(figures["Lost: cancelled and missed"])) == (
		2,
		80,
		50,
	)
	assert chart and {column["fieldname"] for column in columns} >= set(rows[0]) - {"currency"}


@pytest.mark.parametrize("by", ["Day", "Service", "Resource", "Status"])
def test_the_bookings_report_sums_up(by):
	booking = factories.booking()
	filters = {
		"from_date": getdate(booking.starts_at),
		"to_date": getdate(booking.starts_at),
		"summed_by": by,
	}
	columns, rows, *_rest = bookings_report({**filters, "service": booking.service})
	assert [row["bookings"] for row in rows] == [1]
	assert {column["fieldname"] for column in columns} >= set(rows[0]) - {"currency"}


@pytest.mark.parametrize(
	"filters",
	[
		{"from_date": "2026-11-23", "to_date": "2026-11-22"},
		{"from_date": "2020-01-01", "to_date": "2026-11-22"},
		{"summed_by": "Weather"},
	],
)
def test_the_bookings_report_refuses_filters_that_make_no_sense(filters):
	with pytest.raises(frappe.ValidationError):
		bookings_report(filters)


def test_chain_health_names_the_step_that_asks_and_who_owns_it():
	booking = factories.booking(customer=factories.customer(email=None))
	frappe.db.commit()
	pump()
	_columns, rows, message, chart, summary = chain_health({})
	row = next(row for row in rows if row["booking"] == booking.name)
	assert (row["trouble"], row["customer_name"]) == ("Asks a person", booking.customer_name)
	assert row["task"] and row["owner"]
	assert message is None and chart
	assert next(each for each in summary if "goal 0" in each["label"])["value"] == 0


def test_chain_health_finds_a_step_that_was_ended_without_a_reason():
	booking = factories.booking()
	run = frappe.db.get_value("Chain Run", {"booking": booking.name})
	step = frappe.db.get_value("Chain Step Run", {"run": run, "step_code": "thank_you"})
	frappe.db.set_value("Chain Step Run", step, {"state": "Skipped", "reason": ""})
	_columns, rows, message, _chart, summary = chain_health({})
	assert ("Ended without a reason", run) in [(row["trouble"], row["run"]) for row in rows]
	assert message and summary[0]["value"] >= 1


def test_overdue_steps_are_counted():
	booking = factories.booking()
	run = frappe.db.get_value("Chain Run", {"booking": booking.name})
	before = cards.overdue_steps()["value"]
	frappe.db.sql(
		"update `tabChain Step Run` set state = 'Planned', due_at = '2020-01-01' where run = %s and step_code = 'thank_you'",
		run,
	)
	assert cards.overdue_steps()["value"] == before + 1


def test_overdue_steps_are_not_for_strangers(stranger):
	with pytest.raises(frappe.PermissionError):
		cards.overdue_steps()


def test_the_story_tells_what_waiting_steps_wait_for():
	booking = factories.booking()
	rows = {row["step_code"]: row for row in chains.story(booking=booking.name)}
	assert rows["thank_you"]["waits_for_visit"]
	assert rows["assign_job"]["waits_for"] == ["Create the job"]
	assert all(row["current"] for row in rows.values())
	booking.starts_at = factories.day(5)
	booking.save()
	told = chains.story(booking=booking.name)
	assert {row["revision"] for row in told if row["current"]} == {1}
