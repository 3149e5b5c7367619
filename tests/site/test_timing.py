"""Opening hours, quiet hours and useful windows on a real site, and the rehearsal that agrees."""

from datetime import UTC, datetime, timedelta

import frappe
import pytest
from freezegun import freeze_time
from tests import factories as make
from tests.support.trail import effect_of, pump, run_of, step_of, task_of, visit

from runbook_ops.site_time import from_utc, site_zone, to_site, to_utc, utc_now
from runbook_ops.workflows.resolve import resolve_task

MONDAY = datetime(2026, 6, 1, 12, tzinfo=UTC)


def settings(**values):
	"""What Runbook Settings say in this test."""
	doc = frappe.get_doc("Runbook Settings")
	doc.update(values)
	doc.save()


def quiet(begin="21:00:00", end="08:00:00"):
	settings(quiet_from=begin, quiet_to=end)


def site_moment(text):
	return datetime.fromisoformat(text).replace(tzinfo=site_zone()).astimezone(UTC)


def reminder(**values):
	"""36 hours before: at 22:00 for a visit at 10:00."""
	return make.message(anchor="booking_start", offset_minutes=-2160, **values)


def local(value, zone=None):
	return from_utc(value).astimezone(zone or site_zone()).strftime("%Y-%m-%d %H:%M")


def test_a_fresh_installation_leaves_customers_alone_at_night():
	fields = frappe.get_meta("Runbook Settings")
	assert [fields.get_field(name).default for name in ("quiet_from", "quiet_to")] == ["21:00:00", "07:30:00"]


def test_a_step_is_planned_by_the_opening_hours(mail_server):
	hours = make.weekly_hours("09:00", "17:00", make.WEEKDAYS[:5])
	holidays = make.insert(
		"Holiday List",
		holiday_list_name=make.unique("Days off"),
		from_date="2026-01-01",
		to_date="2026-12-31",
		holidays=[{"holiday_date": "2026-06-02", "description": "Fair"}],
	)
	settings(opening_hours=hours, holiday_list=holidays.name)
	with freeze_time(site_moment("2026-06-01 16:00")):
		counted = visit(
			make.message("counted", offset_minutes=180, business_hours="count"),
			make.message("moved", offset_minutes=180, business_hours="move"),
			make.message("plain", offset_minutes=180),
		)
	due = {code: local(step_of(counted, code).due_at) for code in ("counted", "moved", "plain")}
	assert due == {
		"counted": "2026-06-03 11:00",
		"moved": "2026-06-03 09:00",
		"plain": "2026-06-01 19:00",
	}


def test_a_reminder_in_quiet_hours_goes_out_when_they_end(mail_server):
	quiet()
	with freeze_time(site_moment("2026-06-01 10:00")) as clock:
		booking = visit(reminder(), starts_at=datetime.fromisoformat("2026-06-10 10:00"))
		clock.move_to(site_moment("2026-06-08 22:01"))
		pump()
		step = step_of(booking)
		assert (step.state, step.reason_code, step.attempts) == ("Planned", "quiet_hours", 0)
		assert local(step.due_at) == "2026-06-09 08:00" and local(step.first_due_at) == "2026-06-08 22:00"
		assert mail_server.mails() == []
		clock.move_to(site_moment("2026-06-09 08:00"))
		pump()
	step = step_of(booking)
	assert (step.state, step.reason_code, step.reason) == ("Done", None, None)
	assert len(mail_server.mails()) == 1


def test_the_customers_own_zone_counts(mail_server):
	quiet()
	zone = "Asia/Tokyo" if str(site_zone()) != "Asia/Tokyo" else "America/New_York"
	customer = make.customer()
	contact = frappe.db.get_value("Customer", customer.name, "customer_primary_contact")
	frappe.db.set_value("Contact", contact, "runbook_time_zone", zone)
	from zoneinfo import ZoneInfo

	night = datetime(2026, 6, 8, 23, 0, tzinfo=ZoneInfo(zone)).astimezone(UTC)
	with freeze_time(night - timedelta(days=5)) as clock:
		step = make.message(anchor="booking_start", offset_minutes=-2880)
		booking = visit(step, customer=customer, starts_at=to_site(night + timedelta(days=2)))
		clock.move_to(night + timedelta(minutes=1))
		pump()
	assert local(step_of(booking).due_at, ZoneInfo(zone)) == "2026-06-09 08:00"


def test_the_zone_of_a_country_that_has_one_only():
	from runbook_ops.store.pictures import booking_picture

	customer = make.customer()
	place = make.address(customer, country="Germany")
	booking = make.booking(customer=customer, address=place.name)
	assert booking_picture(booking.name).customer_zone == "Europe/Berlin"
	frappe.db.set_value("Address", place.name, "country", "United States")
	assert booking_picture(booking.name).customer_zone is None
	frappe.db.set_value("Address", place.name, "runbook_time_zone", "America/Denver")
	assert booking_picture(booking.name).customer_zone == "America/Denver"


@pytest.mark.parametrize(("late", "state"), [("ask", "Human"), ("skip", "Skipped")])
def test_by_then_or_not_at_all(mail_server, late, state):
	quiet()
	with freeze_time(site_moment("2026-06-01 10:00")) as clock:
		booking = visit(
			reminder(useful_minutes=60, late=late), starts_at=datetime.fromisoformat("2026-06-10 10:00")
		)
		clock.move_to(site_moment("2026-06-08 22:01"))
		pump()
	step = step_of(booking)
	assert (step.state, step.reason_code) == (state, "quiet_too_long")
	assert mail_server.mails() == [] and bool(late == "ask") == bool(
		run_of(booking).status == "Needs Attention"
	)


@pytest.mark.parametrize(("late", "state"), [("ask", "Human"), ("skip", "Skipped")])
def test_a_step_that_became_late_is_asked_about_or_left_out(mail_server, late, state):
	booking = visit(make.message(useful_minutes=60, late=late))
	two_hours_ago = to_utc(utc_now() - timedelta(hours=2))
	frappe.db.set_value("Chain Step Run", step_of(booking).name, "due_at", two_hours_ago)
	pump()
	assert (step_of(booking).state, step_of(booking).reason_code) == (state, "step_late")


def test_failed_tries_do_not_stretch_the_useful_window(mail_server):
	mail_server.behave("busy")
	with freeze_time(MONDAY) as clock:
		booking = visit(make.message(useful_minutes=30))
		pump()
		for _ in range(3):
			clock.move_to(from_utc(step_of(booking).due_at) + timedelta(seconds=1))
			pump()
		step = step_of(booking)
		assert step.attempts == 4 or step.state == "Human"
		assert from_utc(step.first_due_at or step.due_at) <= MONDAY + timedelta(minutes=30)
		assert from_utc(step.due_at) <= MONDAY + timedelta(minutes=30)
		clock.move_to(MONDAY + timedelta(minutes=31))
		pump()
		step = step_of(booking)
		assert (step.state, step.reason_code) == ("Human", "step_late")
		mail_server.behave("accept")
		resolve_task(task_of(step).name, "Retry")
		pump()
	assert step_of(booking).state == "Done", "a person who says Retry means now"


def test_an_answer_at_once_is_sent_at_night(mail_server):
	quiet()
	with freeze_time(site_moment("2026-06-01 23:00")):
		booking = visit(make.message())
		pump()
	assert step_of(booking).state == "Done" and effect_of(step_of(booking)).state == "Sent"


def test_quiet_hours_in_the_rehearsal_are_those_of_the_site(mail_server):
	from runbook_ops.operations.rehearse_chain import _business

	quiet("22:00:00", "06:30:00")
	settings(opening_hours=make.weekly_hours("09:00", "17:00", ["Monday"]))
	business = _business({make.bookable_service().name}, ())
	assert [each.strftime("%H:%M") for each in business.quiet.hours] == ["22:00", "06:30"]
	assert [shift.weekday for shift in business.opening.shifts] == [0]
