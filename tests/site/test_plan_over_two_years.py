"""A plan over two years, against days that are counted on the calendar with no recurrence library.

Mondays at ten; holidays move to the next working day; one visit is moved by itself; after a year Mondays become Wednesdays.
"""

from datetime import datetime, time, timedelta

import frappe
import pytest
from freezegun import freeze_time
from tests import factories as make

from runbook_ops.api import bookings as bookings_api
from runbook_ops.api import plans as api
from runbook_ops.operations.materialise_plan import materialise_plan
from runbook_ops.site_time import from_site

TEN = time(10)
MONDAY, WEDNESDAY = 0, 2
WORKED = range(5)


def weekday_from(day, weekday):
	return day + timedelta(days=(weekday - day.weekday()) % 7)


def counted(first, last, weekday, holidays):
	"""Each week's day from `first` up to `last`, and where a holiday puts it; by stepping from day to day."""
	nominal, day = [], first
	while day <= last:
		if day.weekday() == weekday:
			nominal.append(day)
		day += timedelta(days=1)
	found = {}
	busy = {day for day in nominal if day not in holidays}
	for day in nominal:
		where = day
		while where in holidays or where.weekday() not in WORKED or (where != day and where in busy):
			where += timedelta(days=1)
		busy.add(where)
		found[day] = where
	return found


def made(plan):
	rows = frappe.get_all(
		"Service Booking",
		{"plan": plan, "status": "Confirmed"},
		["plan_date", "starts_at"],
		order_by="plan_date asc",
	)
	return {row.plan_date: row.starts_at for row in rows}


@pytest.fixture
def salon():
	first = weekday_from(make.day(7).date(), MONDAY)
	holidays = {first + timedelta(days=offset) for offset in (28, 29, 91, 196, 364, 366, 373, 500, 548, 644)}
	person = make.person(
		holiday_list=make.holiday_list(*holidays).name,
		hours=make.weekly_hours(weekdays=make.WEEKDAYS[:5]),
	)
	service = make.bookable_service(
		minutes=45, chain=make.chain([{"code": "job", "action": "create_job"}]).name
	)
	return first, holidays, person, service


def test_the_list_equals_the_calendar(salon):
	first, holidays, person, service = salon
	plan = make.service_plan(
		service=service,
		resources=[person],
		starts_on=first,
		start_time="10:00",
		weekdays="MO",
		holiday_rule="Move later",
		window_days=30,
	).name
	last = first + timedelta(days=730)
	moved = first + timedelta(weeks=20)
	change = first + timedelta(weeks=54)
	going_on = None
	day = first
	while day < last:
		with freeze_time(from_site(datetime.combine(day, time(8)))):
			materialise_plan(going_on or plan)
			if day == moved - timedelta(days=14):
				booking = frappe.db.get_value("Service Booking", {"plan": plan, "plan_date": moved})
				bookings_api.reschedule(booking, f"{moved + timedelta(days=3)} 14:30:00")
			if day == change - timedelta(days=7):
				going_on = api.change_from(plan, str(change), {"weekdays": "WE"})
		day += timedelta(days=7)

	until = day - timedelta(days=7) + timedelta(days=30)
	mondays = counted(first, change - timedelta(days=1), MONDAY, holidays)
	wednesdays = counted(change, until, WEDNESDAY, holidays)
	expected = {planned: datetime.combine(where, TEN) for planned, where in mondays.items()}
	expected[moved] = datetime.combine(moved + timedelta(days=3), time(14, 30))
	assert made(plan) == expected
	assert made(going_on) == {planned: datetime.combine(where, TEN) for planned, where in wednesdays.items()}
	assert len(mondays) + len(wednesdays) > 104
	assert sum(planned != where for planned, where in {**mondays, **wednesdays}.items()) >= 4
	assert not frappe.get_all("Follow-up Task", {"reference_name": ("in", [plan, going_on])})
