"""Changes of a Service Plan: one visit, this and following, all; pausing, resuming, ending."""

import frappe
import pytest
from freezegun import freeze_time
from tests import factories as make
from tests.site.test_plans import days_later, starts, tasks_of, visits_of, weekly

from runbook_ops.api import bookings as bookings_api
from runbook_ops.api import plans as api
from runbook_ops.api import tasks as tasks_api
from runbook_ops.errors import PlanRefused
from runbook_ops.operations.materialise_plan import materialise_plan
from runbook_ops.site_time import from_site

# -- one visit


def test_a_moved_visit_stays_moved_and_a_cancelled_one_is_not_made_again():
	plan = make.service_plan()
	first, second, _third = visits_of(plan)
	bookings_api.reschedule(first.name, str(make.day(3, "12:00")))
	bookings_api.cancel(second.name, "She is away")
	plan.reload()
	found = {row.plan_date: (row.change, row.starts_at, row.reason or "") for row in plan.exceptions}
	assert found == {
		make.day(2).date(): ("Moved", make.day(3, "12:00"), ""),
		make.day(9).date(): ("Skipped", None, "She is away"),
	}
	materialise_plan(plan.name)
	assert starts(plan) == [make.day(3, "12:00"), make.day(16)]
	bookings_api.reschedule(first.name, str(make.day(2)))
	plan.reload()
	assert [row.change for row in plan.exceptions] == ["Skipped"]


def test_a_day_to_come_is_skipped_before_it_is_booked():
	plan = make.service_plan()
	api.skip(plan.name, str(make.day(23).date()), "Bank holiday")
	with days_later(14):
		materialise_plan(plan.name)
	assert starts(plan) == [make.day(2), make.day(9), make.day(16), make.day(30)]
	with pytest.raises(PlanRefused) as refused:
		api.skip(plan.name, str(make.day(24).date()))
	assert "is no day of this plan" in str(refused.value)


# -- this and following, all


def code(day):
	return ("MO", "TU", "WE", "TH", "FR", "SA", "SU")[day.weekday()]


def test_from_one_visit_on_another_weekday_in_a_plan_of_its_own():
	plan = make.service_plan()
	second = visits_of(plan)[1]
	names = [visit.name for visit in visits_of(plan)]
	later = make.day(11)
	new = api.change_from(plan.name, str(second.plan_date), {"weekdays": code(later)})
	assert starts(plan) == [make.day(2)]
	assert starts(new) == [make.day(11), make.day(18)]
	assert [visit.name for visit in visits_of(new)] == names[1:]
	old, going_on = frappe.get_doc("Service Plan", plan.name), frappe.get_doc("Service Plan", new)
	assert (old.ends, old.ends_on) == ("On a day", make.day(8).date())
	assert (going_on.follows, going_on.status, going_on.ends) == (plan.name, "Active", "Never")
	assert not tasks_of(old)


def test_unchanged_slots_are_kept_untouched():
	plan = make.service_plan()
	before = [frappe.db.get_value("Service Booking", visit.name, "revision") for visit in visits_of(plan)]
	new = api.change_from(plan.name, str(make.day(9).date()), {"notes": "Ring the bell", "every": 1})
	kept = visits_of(new)
	assert [visit.starts_at for visit in kept] == [make.day(9), make.day(16)]
	after = [frappe.db.get_value("Service Booking", visit.name, "revision") for visit in kept]
	assert after == before[1:]


def test_a_visit_that_cannot_move_stays_and_is_asked_about():
	plan = make.service_plan()
	who = plan.resources[0].resource
	make.booking(resources=[who], starts_at=make.day(16, "14:00"))
	new = api.change_from(plan.name, str(make.day(9).date()), {"start_time": "14:00"})
	assert starts(new) == [make.day(9, "14:00"), make.day(16)]
	(task,) = tasks_of(frappe.get_doc("Service Plan", new), status="Open")
	assert task.booking == visits_of(new)[1].name
	tasks_api.resolve(task.name, "Take the next open slot")
	assert starts(new) == [make.day(9, "14:00"), make.day(16, "15:00")]


def test_more_seldom_cancels_what_falls_away_and_a_later_end_books_more():
	plan = make.service_plan(ends="After so many visits", visits=3, window_days=60)
	new = api.change_from(plan.name, str(make.day(9).date()), {"every": 2, "ends": "Never"})
	assert starts(new) == [make.day(9 + 14 * n) for n in range(4)]
	assert frappe.db.get_value("Service Plan", plan.name, "ends_on") == make.day(8).date()


def test_of_a_number_of_visits_those_remain_that_were_not_made():
	plan = make.service_plan(ends="After so many visits", visits=5, window_days=60)
	new = api.change_from(plan.name, str(make.day(16).date()), {"start_time": "11:00"})
	assert starts(plan) == weekly(2)
	assert starts(new) == [make.day(16 + 7 * n, "11:00") for n in range(3)]


def test_all_changes_the_plan_itself_while_nothing_has_been():
	plan = make.service_plan()
	plan.start_time = "15:00"
	plan.save()
	assert starts(plan) == weekly(3, "15:00")
	plan.save()


def test_a_plan_with_visits_behind_it_is_not_rewritten():
	plan = make.service_plan()
	other, expected = code(make.day(5)), [make.day(2), *(make.day(9 + 7 * n, "16:00") for n in range(3))]
	with days_later(4):
		plan.reload()
		plan.weekdays = other
		with pytest.raises(PlanRefused) as refused:
			plan.save()
		assert "Change from a visit on" in str(refused.value)
		plan.reload()
		plan.start_time = "16:00"
		plan.save()
	assert starts(plan) == expected


def test_a_visit_is_moved_with_all_that_follow():
	plan = make.service_plan()
	second = visits_of(plan)[1].name
	new = api.move_following(second, str(make.day(10, "11:30")))
	assert starts(plan) == [make.day(2)]
	assert starts(new) == [make.day(10, "11:30"), make.day(17, "11:30")]
	everything = api.move_following(visits_of(new)[1].name, str(make.day(18, "09:00")), True)
	assert starts(everything) == [make.day(11, "09:00"), make.day(18, "09:00")]


def test_a_visit_is_cancelled_with_all_that_follow():
	plan = make.service_plan()
	assert api.cancel_following(visits_of(plan)[1].name, "Moved away") == 2
	assert starts(plan) == [make.day(2)]
	assert frappe.db.get_value("Service Plan", plan.name, ["status", "ends_on"]) == (
		"Active",
		make.day(8).date(),
	)
	assert api.cancel_following(visits_of(plan)[0].name, "All of it", True) == 1
	assert frappe.db.get_value("Service Plan", plan.name, "status") == "Ended"
	with pytest.raises(PlanRefused):
		api.resume(plan.name)


def test_pausing_and_resuming():
	plan = make.service_plan()
	assert api.pause(plan.name, True) == 3
	assert starts(plan) == []
	materialise_plan(plan.name)
	assert starts(plan) == []
	api.resume(plan.name)
	assert starts(plan) == weekly(3)
	assert api.pause(plan.name) == 0
	assert starts(plan) == weekly(3)


def test_past_and_ended_visits_are_never_touched():
	plan = make.service_plan(window_days=30)
	done = visits_of(plan)[0].name
	with freeze_time(from_site(make.day(2, "12:00"))):
		bookings_api.complete(done)
	second = str(make.day(9).date())
	with freeze_time(from_site(make.day(5))):
		api.change_from(plan.name, second, {"start_time": "13:00"})
		api.end(plan.name)
	assert frappe.db.get_value("Service Booking", done, ["status", "starts_at", "plan"]) == (
		"Completed",
		make.day(2),
		plan.name,
	)
