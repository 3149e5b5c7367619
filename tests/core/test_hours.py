"""Working time against a wall clock that is read every five minutes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from runbook_ops.core.hours import Shift, working_intervals
from runbook_ops.core.timeline import merge, to_minutes

ZONES = ("Europe/Berlin", "America/Los_Angeles", "Asia/Kathmandu", "America/St_Johns")
FIRST_DAYS = (date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 31), date(2026, 6, 1))
times = st.tuples(st.integers(0, 23), st.sampled_from((0, 5, 30))).map(lambda pair: time(*pair))


@st.composite
def day_shifts(draw):
	"""Shifts that end on their own day and keep clear of the hours that a change skips or repeats."""
	start, end = sorted(
		draw(st.lists(times.filter(lambda t: t.hour >= 4), min_size=2, max_size=2, unique=True))
	)
	return Shift(draw(st.integers(0, 6)), start, end)


@settings(max_examples=40, deadline=None)
@given(
	st.lists(day_shifts(), max_size=6),
	st.sampled_from(ZONES),
	st.sampled_from(FIRST_DAYS),
	st.sets(st.integers(0, 3), max_size=2),
	st.lists(st.tuples(st.integers(0, 4 * 288), st.integers(1, 200)), max_size=2),
)
def test_every_minute_is_open_exactly_when_the_clock_says_so(shifts, zone_name, first, closed, away):
	zone = ZoneInfo(zone_name)
	last = first + timedelta(days=3)
	closed_days = {first + timedelta(days=offset) for offset in closed}
	base = to_minutes(datetime.combine(first, time(0), UTC))
	time_off = [(base + start * 5, base + (start + length) * 5) for start, length in away]
	found = merge(working_intervals(shifts, zone, first, last, closed_days, time_off))
	for minute in range(base - 24 * 60, base + 6 * 24 * 60, 5):
		moment = datetime.fromtimestamp(minute * 60, UTC).astimezone(zone)
		day, wall = moment.date(), moment.time()
		expected = (
			first <= day <= last
			and day not in closed_days
			and any(s.weekday == day.weekday() and s.start <= wall < s.end for s in shifts)
			and not any(start <= minute < end for start, end in time_off)
		)
		assert any(start <= minute < end for start, end in found) == expected, moment


@pytest.mark.parametrize(
	("zone", "day", "hours"),
	[
		("Europe/Berlin", date(2026, 3, 28), 7),
		("Europe/Berlin", date(2026, 10, 24), 9),
		("America/Los_Angeles", date(2026, 3, 7), 7),
		("America/Los_Angeles", date(2026, 10, 31), 9),
		("America/Phoenix", date(2026, 10, 31), 8),
	],
)
def test_a_night_shift_over_the_change_is_as_long_as_it_is_in_life(zone, day, hours):
	shift = Shift(day.weekday(), time(22), time(6))
	((start, end),) = working_intervals([shift], ZoneInfo(zone), day, day)
	assert end - start == hours * 60


def test_a_shift_that_ends_at_its_start_lasts_a_whole_day():
	((start, end),) = working_intervals([Shift(0, time(8), time(8))], UTC, date(2026, 6, 1), date(2026, 6, 1))
	assert end - start == 24 * 60


def test_a_closed_day_takes_the_night_shift_that_begins_on_it_and_not_the_one_before():
	shifts = [Shift(day, time(22), time(6)) for day in range(7)]
	found = working_intervals(shifts, UTC, date(2026, 6, 1), date(2026, 6, 3), {date(2026, 6, 2)})
	starts = [start - to_minutes(datetime(2026, 6, 1, tzinfo=UTC)) for start, _ in found]
	assert starts == [22 * 60, 2 * 1440 + 22 * 60]


def test_of_a_repeated_hour_the_first_counts_for_a_start_and_the_last_for_an_end():
	zone, day = ZoneInfo("Europe/Berlin"), date(2026, 10, 25)
	midnight = to_minutes(datetime(2026, 10, 25, tzinfo=zone))
	((start, end),) = working_intervals([Shift(6, time(1), time(2, 30))], zone, day, day)
	assert (start - midnight, end - midnight) == (60, 210)
	((start, end),) = working_intervals([Shift(6, time(2, 30), time(5))], zone, day, day)
	assert (start - midnight, end - midnight) == (150, 360)
