"""Opening hours and quiet hours: moments counted in, moved into and kept out of them, on the days when the clocks change too."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.chains.decide import decide_step
from runbook_ops.core.chains.decision import Act, Ask, Postpone, Skip
from runbook_ops.core.chains.office_time import (
	Quiet,
	add_open_days,
	add_open_time,
	into_opening,
	parse_quiet_hours,
	quiet_hours_text,
	quiet_until,
)
from runbook_ops.core.chains.parse_step import parse_step, step_to_data
from runbook_ops.core.chains.plan import due_time
from runbook_ops.core.chains.spec import Anchor, BusinessHours, Late, QuietRule, StepSpec, Timing
from runbook_ops.core.hours import Schedule, Shift

BERLIN, NEW_YORK = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York")
HOUR = timedelta(hours=1)
NIGHT = (time(21), time(8))
OFFICE = Schedule(
	BERLIN, tuple(Shift(day, time(9), time(17)) for day in range(5)), closed=frozenset({date(2026, 5, 1)})
)
"""Monday to Friday, 9 to 17; Friday 1 May 2026 is a holiday."""


def berlin(text):
	return datetime.fromisoformat(text).replace(tzinfo=BERLIN).astimezone(UTC)


def local(moment, zone=BERLIN):
	return moment.astimezone(zone).strftime("%Y-%m-%d %H:%M")


# -- opening hours


@pytest.mark.parametrize(
	("moment", "hours", "found"),
	[
		("2026-04-29 10:00", 3, "2026-04-29 13:00"),
		("2026-04-29 16:00", 3, "2026-04-30 11:00"),
		("2026-04-30 16:00", 3, "2026-05-04 11:00"),  # over the holiday and the weekend
		("2026-04-29 09:00", 8, "2026-04-29 17:00"),
		("2026-04-29 20:00", 0, "2026-04-30 09:00"),
		("2026-05-04 10:00", -3, "2026-04-30 15:00"),
		("2026-04-29 20:00", -1, "2026-04-29 16:00"),
		("2026-04-27 09:00", 80, "2026-05-11 17:00"),
	],
)
def test_time_is_counted_in_opening_hours(moment, hours, found):
	assert local(add_open_time(berlin(moment), hours * HOUR, OFFICE)) == found


@pytest.mark.parametrize(
	("due", "anchor", "found"),
	[
		("2026-04-29 10:00", "2026-05-05 10:00", "2026-04-29 10:00"),
		("2026-04-29 03:00", "2026-05-05 10:00", "2026-04-29 09:00"),
		("2026-04-30 18:00", "2026-05-05 10:00", "2026-05-04 09:00"),
		("2026-05-04 05:00", "2026-05-04 07:00", "2026-04-30 17:00"),  # it is meant to come before the visit
		("2026-05-02 12:00", "2026-04-30 12:00", "2026-05-04 09:00"),
	],
)
def test_what_is_due_in_closed_hours_is_moved_into_open_ones(due, anchor, found):
	assert local(into_opening(berlin(due), berlin(anchor), OFFICE)) == found


@pytest.mark.parametrize(
	("day", "days", "found"),
	[
		("2026-04-29", 0, "2026-04-29"),
		("2026-05-01", 0, "2026-05-04"),
		("2026-04-30", 1, "2026-05-04"),
		("2026-05-04", -1, "2026-04-30"),
		("2026-05-02", -2, "2026-04-29"),
		("2026-04-27", 5, "2026-05-05"),
	],
)
def test_days_of_business_are_counted(day, days, found):
	assert add_open_days(date.fromisoformat(day), days, OFFICE).isoformat() == found


def test_a_business_that_never_opens_holds_nothing_back():
	shut = Schedule(BERLIN, ())
	moment = berlin("2026-04-29 10:00")
	assert add_open_time(moment, 3 * HOUR, shut) == moment + 3 * HOUR
	assert into_opening(moment, moment, shut) == moment
	assert add_open_days(date(2026, 4, 29), 2, shut) == date(2026, 5, 1)


@given(
	st.datetimes(
		datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-12-31"), timezones=st.just(UTC)
	),
	st.integers(-200 * 60, 200 * 60),
)
def test_what_is_counted_forth_is_counted_back(moment, minutes):
	"""So much opening time lies between a moment and the one that is counted from it, in hours that go over both clock changes."""
	moment = moment.replace(second=0, microsecond=0)
	nights = Schedule(NEW_YORK, tuple(Shift(day, time(20), time(4)) for day in range(7)))
	for hours in (OFFICE, nights):
		found = add_open_time(moment, timedelta(minutes=minutes), hours)
		first, last = min(moment, found), max(moment, found)
		spans = [
			span
			for spans in hours.days(first.date() - timedelta(days=3), last.date() + timedelta(days=3))
			for span in spans
		]
		begin, end = first.timestamp() / 60, last.timestamp() / 60
		open_minutes = sum(max(0, min(end, to) - max(begin, start)) for start, to in spans)
		assert open_minutes == abs(minutes)


@given(
	st.datetimes(
		datetime.fromisoformat("2026-03-01"), datetime.fromisoformat("2026-04-30"), timezones=st.just(UTC)
	)
)
def test_what_is_moved_lies_in_open_hours_and_never_passes_its_anchor(due):
	anchor = due + timedelta(hours=30)
	moved = into_opening(due, anchor, OFFICE)
	wall = moved.astimezone(BERLIN)
	assert wall.weekday() < 5 and time(9) <= wall.time() <= time(17)
	assert moved <= anchor or moved == due


def test_steps_are_due_by_the_opening_hours_that_they_ask_for():
	anchors = {Anchor.RUN_START: berlin("2026-04-30 16:30")}
	timing = Timing(offset=HOUR)
	due = {
		rule: local(due_time(Timing(offset=timing.offset, business_hours=rule), anchors, BERLIN, OFFICE))
		for rule in BusinessHours
	}
	assert due == {
		BusinessHours.IGNORE: "2026-04-30 17:30",
		BusinessHours.MOVE: "2026-05-04 09:00",
		BusinessHours.COUNT: "2026-05-04 09:30",
	}
	at_ten = Timing(offset=timedelta(days=1), at=time(10), business_hours=BusinessHours.COUNT)
	assert local(due_time(at_ten, anchors, BERLIN, OFFICE)) == "2026-05-04 10:00"
	assert local(due_time(at_ten, anchors, BERLIN)) == "2026-05-01 10:00", "without hours it is always open"


# -- quiet hours


@pytest.mark.parametrize(
	("moment", "until"),
	[
		("2026-06-01 20:59", None),
		("2026-06-01 21:00", "2026-06-02 08:00"),
		("2026-06-02 07:59", "2026-06-02 08:00"),
		("2026-06-02 08:00", None),
		("2026-03-28 23:00", "2026-03-29 08:00"),  # a night of ten hours
		("2026-10-24 23:00", "2026-10-25 08:00"),  # and one of twelve
	],
)
def test_the_night_is_quiet(moment, until):
	found = quiet_until(berlin(moment), NIGHT, BERLIN)
	assert (found and local(found)) == until


@given(
	st.datetimes(
		datetime.fromisoformat("2026-01-01"), datetime.fromisoformat("2026-12-31"), timezones=st.just(UTC)
	),
	st.sampled_from((BERLIN, NEW_YORK, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu"))),
	st.times(),
	st.times(),
)
def test_when_quiet_hours_end_they_are_over(moment, zone, begin, end):
	begin, end = begin.replace(second=0, microsecond=0), end.replace(second=0, microsecond=0)
	if begin == end:
		return
	until = quiet_until(moment, (begin, end), zone)
	if until is not None:
		assert moment < until <= moment + timedelta(hours=26)
		again = quiet_until(until, (begin, end), zone)
		assert again is None or begin == until.astimezone(zone).time()


def test_a_repeated_hour_is_quiet_both_times():
	hours = (time(22), time(2, 30))
	first, second = (
		datetime(2026, 10, 25, 2, 15, fold=fold, tzinfo=BERLIN).astimezone(UTC) for fold in (0, 1)
	)
	assert (
		quiet_until(first, hours, BERLIN)
		== quiet_until(second, hours, BERLIN)
		== second + timedelta(minutes=15)
	)


def test_the_customers_zone_counts_where_it_is_known():
	quiet = Quiet(NIGHT, BERLIN)
	moment = berlin("2026-06-01 12:00")  # six in the morning in New York
	assert quiet.lasts_until(moment) is None
	assert local(quiet.lasts_until(moment, "America/New_York"), NEW_YORK) == "2026-06-01 08:00"
	assert quiet.lasts_until(moment, "Mars/Olympus") is None
	assert Quiet(None, BERLIN).lasts_until(berlin("2026-06-01 23:00")) is None


@pytest.mark.parametrize("text", ["21:00-08:00", " 9:00 - 17:00".replace("9", "09"), "00:00-06:30"])
def test_quiet_hours_are_read_and_written(text):
	hours = parse_quiet_hours(text)
	assert parse_quiet_hours(quiet_hours_text(hours)) == hours


@pytest.mark.parametrize(
	"text", ["", "21:00", "21:00-", "21:00-21:00", "night", "25:00-08:00", "21:00-08:00-09:00"]
)
def test_what_are_no_quiet_hours_is_refused(text):
	assert parse_quiet_hours(text) is None


# -- what is decided

FACTS = {
	"status": "Confirmed",
	"customer_email": "ada@customer.example",
	"customer_mobile": None,
	"technician_email": "bo@staff.example",
	"customer_channel": None,
	"customer_language": None,
	"channels": ("email",),
	"customer_time_zone": None,
}
WORDS = {"subject": "Hello", "body": "Hello"}
QUIET = Quiet(NIGHT, BERLIN)
DUE = berlin("2026-06-01 22:00")


def reminder(to="customer", **timing):
	given = {"anchor": Anchor.BOOKING_START, "offset": -48 * HOUR, **timing}
	return StepSpec("r", "R", "send_message", {"to": to, **WORDS}, Timing(**given))


def decided(step, now=DUE, quiet=QUIET, **facts):
	return decide_step(step, {**FACTS, **facts}, DUE, now, quiet=quiet)


def test_a_message_in_quiet_hours_waits_until_they_end():
	found = decided(reminder())
	assert isinstance(found, Postpone) and local(found.until) == "2026-06-02 08:00"
	assert isinstance(decided(reminder(), found.until), Act)
	assert isinstance(decided(reminder(), customer_time_zone="America/New_York"), Act), "16:00 there"


def test_who_is_no_customer_and_what_answers_at_once_does_not_wait():
	assert isinstance(decided(reminder(to="technician")), Act)
	at_once = {"anchor": Anchor.RUN_START, "offset": timedelta(0)}
	assert isinstance(decided(reminder(**at_once)), Act)
	assert isinstance(decided(reminder(**at_once, quiet=QuietRule.KEEP)), Postpone)
	assert isinstance(decided(reminder(quiet=QuietRule.IGNORE)), Act)
	assert isinstance(decided(reminder(), quiet=Quiet(None, BERLIN)), Act)
	own = reminder(quiet=QuietRule.KEEP, quiet_own=(time(22), time(23)))
	assert local(decided(own, quiet=Quiet(None, BERLIN)).until) == "2026-06-01 23:00"


def test_by_then_or_not_at_all():
	short = {"useful_for": 2 * HOUR}
	asked = decided(reminder(**short))
	assert isinstance(asked, Ask) and asked.code == "quiet_too_long"
	left_out = decided(reminder(**short, late=Late.SKIP))
	assert isinstance(left_out, Skip) and left_out.code == "quiet_too_long"
	assert isinstance(decided(reminder(useful_for=10 * HOUR)), Postpone)
	morning = berlin("2026-06-02 09:00")
	assert decided(reminder(**short), morning) == Ask("step_late", (), {"due": DUE})
	assert decided(reminder(**short, late=Late.SKIP), morning) == Skip("step_late", {"due": DUE})


@pytest.mark.parametrize("quiet", [None, "keep", "ignore", "20:30-09:15"])
@pytest.mark.parametrize("late", ["ask", "skip"])
@pytest.mark.parametrize("business", ["ignore", "move", "count"])
def test_a_steps_timing_is_read_and_written(quiet, late, business):
	data = {"code": "r", "action": "send_message", "settings": WORDS, "quiet_hours": quiet}
	step = parse_step({**data, "late": late, "business_hours": business}, 1, problems := [])
	assert problems == []
	written = step_to_data(step)
	assert (written["quiet_hours"], written["late"], written["business_hours"]) == (quiet, late, business)
	assert parse_step(written, 1, []) == step


@pytest.mark.parametrize(
	("key", "value"), [("quiet_hours", "at night"), ("late", "maybe"), ("business_hours", "sometimes")]
)
def test_what_a_steps_timing_cannot_be_is_refused_by_its_name(key, value):
	problems = []
	parse_step({"code": "r", "action": "send_message", "settings": WORDS, key: value}, 1, problems)
	assert [problem.field for problem in problems] == [f"r.{key}"]
