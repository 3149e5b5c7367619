"""Service Plans on the site: visits booked ahead, holidays, conflicts as owned tasks, and changes from a visit on."""

from datetime import time, timedelta

import frappe
import pytest
from freezegun import freeze_time
from tests import factories as make

from runbook_ops.api import plans as api
from runbook_ops.api import tasks as tasks_api
from runbook_ops.errors import PlanRefused, ResolutionRefused, StateRefused
from runbook_ops.jobs import plans as job
from runbook_ops.operations.materialise_plan import materialise_plan
from runbook_ops.site_time import utc_now


def visits_of(plan, **filters):
	return frappe.get_all(
		"Service Booking",
		{"plan": plan if isinstance(plan, str) else plan.name, **filters},
		["name", "plan_date", "starts_at", "ends_at", "status"],
		order_by="starts_at asc",
	)


def starts(plan, **filters):
	return [visit.starts_at for visit in visits_of(plan, **{"status": "Confirmed", **filters})]


def tasks_of(plan, **filters):
	found = frappe.get_all(
		"Follow-up Task",
		{"reference_doctype": "Service Plan", "reference_name": plan.name, **filters},
		pluck="name",
		order_by="creation asc",
	)
	return [frappe.get_doc("Follow-up Task", name) for name in found]


def days_later(days):
	return freeze_time(utc_now() + timedelta(days=days))


def weekly(number, at="10:00"):
	return [make.day(2 + 7 * week, at) for week in range(number)]


# -- the window


def test_a_new_plan_has_its_visits_booked_and_claimed_up_to_its_window():
	plan = make.service_plan()
	assert starts(plan) == weekly(3)
	assert [visit.plan_date for visit in visits_of(plan)] == [at.date() for at in weekly(3)]
	visit = visits_of(plan)[0].name
	assert frappe.db.count("Resource Claim", {"holder": visit}) == 1
	plan.reload()
	assert plan.rule_text.startswith("Every week on ")
	assert plan.planned_until == make.day(21).date()
	assert plan.due_on == make.day(2).date()


def test_it_is_safe_to_run_twice_and_the_window_rolls_on():
	plan = make.service_plan()
	assert materialise_plan(plan.name).booked == 0
	with days_later(7):
		assert materialise_plan(plan.name).booked == 1
		assert materialise_plan(plan.name).booked == 0
	assert starts(plan) == weekly(4)


def test_one_day_of_a_plan_can_have_one_booking_only():
	plan = make.service_plan()
	first = visits_of(plan)[0]
	with pytest.raises(frappe.UniqueValidationError):
		make.booking(plan=plan.name, plan_date=first.plan_date, starts_at=make.day(5))


def test_the_daily_job_works_what_is_due_only(jobs):
	plan, paused, later = make.service_plan(), make.service_plan(), make.service_plan(every=8)
	api.pause(paused.name)
	with days_later(7):
		job.keep_windows()
		names = [call.kwargs["plan"] for call in jobs.calls if call.method.endswith("keep_plan")]
		assert plan.name in names
		assert paused.name not in names
		assert later.name not in names
		jobs.drain()
	assert starts(plan) == weekly(4)


def test_a_long_window_is_filled_by_a_job_after_the_first_visits(jobs):
	plan = make.service_plan(frequency="Daily", window_days=50)
	assert len(visits_of(plan)) == 40
	frappe.db.commit()
	jobs.drain()
	assert len(visits_of(plan)) == 49
	assert frappe.db.get_value("Service Plan", plan.name, "planned_until") == make.day(50).date()


def test_a_count_counts_from_the_first_day_and_the_plan_ends_by_itself():
	plan = make.service_plan(ends="After so many visits", visits=4)
	with days_later(14):
		materialise_plan(plan.name)
	assert starts(plan) == weekly(4)
	with days_later(60):
		materialise_plan(plan.name)
		assert frappe.db.get_value("Service Plan", plan.name, "status") == "Ended"
	assert starts(plan) == weekly(4)


def test_a_plan_that_names_nobody_takes_who_is_free():
	who = make.person()
	plan = make.service_plan(resources=[])
	assert len(starts(plan)) == 3
	booked = frappe.get_all("Service Booking Resource", {"parent": visits_of(plan)[0].name}, pluck="resource")
	assert len(booked) == 1
	assert who


def test_a_room_is_found_for_the_person_that_the_plan_names():
	service = make.bookable_service(needs=["Person", "Room"])
	make.room()
	plan = make.service_plan(service=service)
	assert len(starts(plan)) == 3
	kinds = frappe.get_all("Service Booking Resource", {"parent": visits_of(plan)[0].name}, pluck="kind")
	assert sorted(kinds) == ["Person", "Room"]


def test_a_duration_of_its_own():
	plan = make.service_plan(duration_minutes=95)
	visit = visits_of(plan)[0]
	assert visit.ends_at - visit.starts_at == timedelta(minutes=95)


# -- holidays


@pytest.mark.parametrize(
	("rule", "expected"), [("Skip", []), ("Move later", [timedelta(1)]), ("Move earlier", [-timedelta(1)])]
)
def test_a_holiday(rule, expected):
	off = make.day(9).date()
	who = make.person(holiday_list=make.holiday_list(off).name)
	plan = make.service_plan(resources=[who], holiday_rule=rule)
	assert starts(plan) == sorted([make.day(2), make.day(16), *(make.day(9) + by for by in expected)])
	assert not tasks_of(plan)
	told = [row for row in api.visits(plan.name) if row["planned"] == str(off)]
	assert told[0]["state"] == ("Skipped for a holiday" if rule == "Skip" else "Confirmed")


# -- conflicts


def with_conflict(**values):
	"""A plan whose second visit's time is taken."""
	who = make.person()
	service = make.bookable_service(minutes=60)
	make.booking(service=service, resources=[who], starts_at=make.day(9))
	return make.service_plan(service=service, resources=[who], **values), who


def test_a_taken_time_becomes_an_owned_task_with_choices_and_is_asked_once():
	plan, who = with_conflict()
	assert starts(plan) == [make.day(2), make.day(16)]
	(task,) = tasks_of(plan)
	assert (task.kind, task.status, task.priority, task.customer) == (
		"Exception",
		"Open",
		"High",
		plan.customer,
	)
	assert task.allocated_to
	assert who.name in task.reason
	assert "Next open" in task.reason
	assert task.choices.splitlines()[0] == "Take the next open slot"
	assert task.choices.splitlines()[-2:] == ["Skip this visit", "I will sort it out"]
	materialise_plan(plan.name)
	assert len(tasks_of(plan)) == 1
	row = next(row for row in api.visits(plan.name) if row["task"])
	assert (row["state"], row["planned"]) == ("Needs a person", str(make.day(9).date()))


def test_it_cannot_be_closed_without_an_answer():
	plan, _who = with_conflict()
	(task,) = tasks_of(plan)
	task.status = "Done"
	with pytest.raises(ResolutionRefused):
		task.save()
	with pytest.raises(ResolutionRefused):
		tasks_api.resolve(task.name, "Retry")


def test_the_next_open_slot_is_taken_and_remembered():
	plan, who = with_conflict()
	(task,) = tasks_of(plan)
	offered = {row["choice"]: row["answers"] for row in tasks_api.choices(task.name)}
	slots = offered["Take the next open slot"]
	assert who.name in slots[0]["label"]
	told = tasks_api.resolve(task.name, "Take the next open slot", "", slots[1]["value"])
	assert told.status == "Done"
	assert starts(plan) == [make.day(2), make.day(9, "11:15"), make.day(16)]
	plan.reload()
	(row,) = plan.exceptions
	assert (row.plan_date, row.change, row.starts_at) == (make.day(9).date(), "Moved", make.day(9, "11:15"))
	materialise_plan(plan.name)
	assert len(visits_of(plan)) == 3


def test_another_person_takes_it():
	plan, who = with_conflict()
	other = make.person()
	(task,) = tasks_of(plan)
	frappe.db.set_value("Follow-up Task", task.name, "choices", "Another person\nSkip this visit")
	answers = {row["choice"]: row["answers"] for row in tasks_api.choices(task.name)}["Another person"]
	assert other.name in [answer["value"] for answer in answers]
	assert who.name not in [answer["value"] for answer in answers]
	tasks_api.resolve(task.name, "Another person", "", other.name)
	assert starts(plan) == weekly(3)
	assert not frappe.get_doc("Service Plan", plan.name).exceptions
	visit = visits_of(plan)[1].name
	assert frappe.get_all("Service Booking Resource", {"parent": visit}, pluck="resource") == [other.name]


@pytest.mark.parametrize("choice", ["Skip this visit", "I will sort it out"])
def test_a_day_that_is_skipped_or_dealt_with_by_hand_is_not_made(choice):
	plan, _who = with_conflict()
	(task,) = tasks_of(plan)
	tasks_api.resolve(task.name, choice, "She rings us")
	materialise_plan(plan.name)
	assert starts(plan) == [make.day(2), make.day(16)]
	assert not tasks_of(plan, status="Open")
	plan.reload()
	assert (plan.exceptions[0].change, "She rings us" in plan.exceptions[0].reason) == ("Skipped", True)


def test_an_answer_that_has_become_impossible_is_refused_and_the_task_stays():
	plan, who = with_conflict()
	(task,) = tasks_of(plan)
	slot = tasks_api.choices(task.name)[0]["answers"][0]["value"]
	make.booking(resources=[who], starts_at=make.day(9, "11:00"))
	with pytest.raises(frappe.ValidationError):
		tasks_api.resolve(task.name, "Take the next open slot", "", slot)
	assert frappe.db.get_value("Follow-up Task", task.name, "status") == "Open"
	with pytest.raises(ResolutionRefused):
		tasks_api.resolve(task.name, "Take the next open slot", "", "{rubbish")


@pytest.mark.parametrize("why", ["closed", "away", "inactive", "no day"])
def test_each_other_conflict_is_asked_about_too(why):
	who, service = make.person(), make.bookable_service()
	values = {}
	if why == "closed":
		values["start_time"] = "20:00"
	elif why == "away":
		make.time_off(who, make.day(8), make.day(10))
	elif why == "inactive":
		service.db_set("active", 0)
		frappe.clear_document_cache("Bookable Service", service.name)
	else:
		off = [make.day(9 + by).date() for by in range(-6, 16)]
		who = make.person(holiday_list=make.holiday_list(*off).name)
		values["holiday_rule"] = "Move later"
	plan = make.service_plan(service=service, resources=[who], **values)
	asked = tasks_of(plan, status="Open")
	assert asked, why
	assert len(starts(plan)) + len(asked) == 3
	assert all(task.reason and task.allocated_to for task in asked)
	tasks_api.resolve(asked[0].name, "Skip this visit")


# -- what is refused


@pytest.mark.parametrize(
	("values", "word"),
	[
		({"start_time": "25:00"}, "Time"),
		({"starts_on": "2027-02-30"}, "First day"),
		({"window_days": 5000}, "Booked ahead"),
		({"duration_minutes": 10**6}, "Duration"),
		({"frequency": "Own rule", "rrule": "FREQ=SECONDLY"}, "SECONDLY"),
		({"frequency": "Own rule", "rrule": "FREQ=DAILY\nRDATE:20270101"}, "RDATE"),
		({"frequency": "Own rule", "rrule": "FREQ=DAILY;COUNT=1000000"}, "COUNT"),
		({"ends": "On a day", "ends_on": "2020-01-01"}, "Last day"),
		({"every": 10**6}, "Every"),
		({"weekdays": "MO,XX"}, "XX"),
		({"holiday_rule": "Shift"}, "Shift"),
	],
)
def test_a_plan_that_cannot_be_is_refused_by_name_and_in_the_preview(values, word):
	with pytest.raises(frappe.ValidationError) as refused:
		make.service_plan(**values)
	assert word in str(refused.value)
	if "holiday_rule" not in values and "window_days" not in values and "duration_minutes" not in values:
		given = {"frequency": "Weekly", "starts_on": str(make.day(2).date()), "start_time": "10:00", **values}
		assert word in api.preview(given)["problem"]


def test_the_service_stays_and_an_ended_plan_stays_ended():
	plan = make.service_plan()
	plan.service = make.bookable_service().name
	with pytest.raises(PlanRefused):
		plan.save()
	plan.reload()
	api.end(plan.name)
	plan.reload()
	plan.status = "Active"
	with pytest.raises((PlanRefused, StateRefused)):
		plan.save()


def test_a_preview_shows_the_words_the_days_and_what_is_taken():
	plan, who = with_conflict()
	values = {
		"customer": plan.customer,
		"service": plan.service,
		"frequency": "Weekly",
		"starts_on": str(make.day(2).date()),
		"start_time": "10:00:00",
		"resources": [{"resource": who.name}],
	}
	found = api.preview(values)
	assert found["words"] == f"Every week on {make.day(2):%A}, 10:00"
	assert [row["starts_at"] for row in found["visits"]] == [str(at) for at in weekly(10)]
	assert [row["free"] for row in found["visits"]][:4] == [False, False, False, True]
	own = api.preview(values, plan.name)
	assert [row["free"] for row in own["visits"]][:4] == [True, False, True, True]
	assert frappe.db.count("Service Plan", {"customer": plan.customer}) == 1


@pytest.mark.parametrize(
	"call",
	[
		lambda plan, booking: api.preview({}, plan),
		lambda plan, booking: api.preview({}),
		lambda plan, booking: api.visits(plan),
		lambda plan, booking: api.change_from(plan, "2027-01-01", {}),
		lambda plan, booking: api.move_following(booking, "2027-01-01 10:00"),
		lambda plan, booking: api.cancel_following(booking, "No"),
		lambda plan, booking: api.pause(plan),
		lambda plan, booking: api.resume(plan),
		lambda plan, booking: api.end(plan),
		lambda plan, booking: api.skip(plan, "2027-01-01"),
	],
)
def test_a_technician_may_do_none_of_it(call):
	plan = make.service_plan()
	booking = visits_of(plan)[0].name
	frappe.set_user(make.user("Runbook Technician").name)
	with pytest.raises(frappe.PermissionError):
		call(plan.name, booking)


def test_the_choices_of_a_task_are_for_those_who_may_see_it():
	plan, _who = with_conflict()
	(task,) = tasks_of(plan)
	frappe.set_user(make.user("Runbook Technician").name)
	with pytest.raises(frappe.PermissionError):
		tasks_api.choices(task.name)


def test_front_desk_can_make_and_change_plans():
	service, who, customer = make.bookable_service(), make.person(), make.customer()
	frappe.set_user(make.user("Runbook Front Desk", "Sales User").name)
	plan = frappe.get_doc(
		{
			"doctype": "Service Plan",
			"customer": customer.name,
			"service": service.name,
			"starts_on": make.day(2).date(),
			"start_time": "10:00",
			"resources": [{"resource": who.name}],
		}
	).insert()
	assert len(starts(plan)) == 9
	new = api.change_from(plan.name, str(make.day(9).date()), {"start_time": "11:00"})
	assert len(starts(new)) == 8


def test_the_clock_changes_and_ten_stays_ten():
	plan = make.service_plan(window_days=400, every=4)
	assert {at.time() for at in starts(plan)} == {time(10)}
	assert [at.date() for at in starts(plan)] == [
		make.day(2 + 28 * n).date() for n in range(len(starts(plan)))
	]
