"""When timed triggers come up: each moment once, whatever the clock does, and nothing is looked for that can't be due."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.chains.moments import (
	days_due,
	is_change,
	moment_from,
	span_due,
	times_after,
)
from runbook_ops.core.chains.spec import TriggerDetails
from runbook_ops.core.recurrence import Rule, parse_rule

NEW_YORK = ZoneInfo("America/New_York")
DAY = timedelta(days=1)


def at(text: str) -> datetime:
	return datetime.fromisoformat(text).replace(tzinfo=NEW_YORK).astimezone(UTC)


@pytest.mark.parametrize(
	("value", "details", "moment"),
	[
		(date(2026, 11, 24), TriggerDetails(), "2026-11-24 09:00"),
		(date(2026, 11, 24), TriggerDetails(offset=-3 * DAY, at=time(8, 30)), "2026-11-21 08:30"),
		(date(2026, 11, 24), TriggerDetails(offset=30 * DAY), "2026-12-24 09:00"),
		(at("2026-11-24 14:00"), TriggerDetails(offset=timedelta(hours=-2)), "2026-11-24 12:00"),
		(at("2026-11-24 14:00"), TriggerDetails(offset=-DAY, at=time(18)), "2026-11-23 18:00"),
		(date(2026, 3, 8), TriggerDetails(at=time(2, 30)), "2026-03-08 03:30"),  # the clock skips it
	],
)
def test_a_date_leads_to_a_moment(value, details, moment):
	assert moment_from(value, details, NEW_YORK) == at(moment)


def test_a_repeated_time_is_its_first_showing():
	details = TriggerDetails(at=time(1, 30))
	assert moment_from(date(2026, 11, 1), details, NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_most_minutes_nothing_is_looked_for():
	details = TriggerDetails(offset=-3 * DAY, at=time(9))
	minute = at("2026-11-20 09:00")
	assert days_due(details, minute - timedelta(minutes=1), minute, NEW_YORK) == (date(2026, 11, 23),)
	assert days_due(details, minute, minute + timedelta(hours=23), NEW_YORK) == ()
	caught_up = days_due(details, minute - 3 * DAY, minute, NEW_YORK)
	assert caught_up == (date(2026, 11, 21), date(2026, 11, 22), date(2026, 11, 23))


minutes = st.integers(0, 60 * 24 * 366)
walls = st.times().map(lambda wall: wall.replace(second=0, microsecond=0))
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)


@given(st.dates(date(2026, 1, 2), date(2026, 12, 30)), st.integers(-40, 40), walls, st.data())
def test_each_day_is_due_in_exactly_one_look(day, days, wall, data):
	details = TriggerDetails(offset=days * DAY, at=wall)
	moment = moment_from(day, details, NEW_YORK)
	before = timedelta(minutes=data.draw(st.integers(0, 3000)))
	length = timedelta(minutes=data.draw(st.integers(1, 3000)))
	since = moment - before
	looks = [(since + n * length, since + (n + 1) * length) for n in range(-2, before // length + 3)]
	assert sum(day in days_due(details, *look, NEW_YORK) for look in looks) == 1


@given(minutes, st.integers(-3000, 3000), st.integers(1, 240))
def test_each_moment_lies_in_exactly_one_span(minute, offset, length):
	"""The moments of a year in site time, the repeated hour and the skipped one among them."""
	wall = BEGIN.replace(tzinfo=None) + timedelta(minutes=minute)
	value = wall.replace(tzinfo=NEW_YORK).astimezone(UTC)
	details = TriggerDetails(offset=timedelta(minutes=offset))
	moment = moment_from(value, details, NEW_YORK)
	since = moment - timedelta(minutes=length * 3, seconds=-7)
	found = 0
	for number in range(8):
		first, last = (
			since + number * timedelta(minutes=length),
			since + (number + 1) * timedelta(minutes=length),
		)
		begin, end = span_due(details, first, last, NEW_YORK)
		found += begin <= wall <= end and first < moment <= last
	assert found == 1


def test_a_rule_comes_again_at_its_wall_time_on_both_sides_of_the_clock_change():
	rule = parse_rule("FREQ=WEEKLY;BYDAY=MO", time(9), UTC)
	assert isinstance(rule, Rule)
	details = TriggerDetails(rule=rule, at=time(9))
	found = islice(times_after(details, at("2026-10-26 08:59"), NEW_YORK), 3)
	assert list(found) == [at("2026-10-26 09:00"), at("2026-11-02 09:00"), at("2026-11-09 09:00")]
	found = times_after(details, at("2026-10-26 09:00"), NEW_YORK)
	assert next(found) == at("2026-11-02 09:00")


def test_every_second_week_counts_from_the_first_day():
	rule = Rule("WEEKLY", interval=2, weekdays=((0, 4),))
	details = TriggerDetails(rule=rule, at=time(7), starts_on=date(2026, 11, 6))
	found = list(islice(times_after(details, at("2026-11-06 08:00"), NEW_YORK), 2))
	assert found == [at("2026-11-20 07:00"), at("2026-12-04 07:00")]


def test_a_rule_that_has_ended_comes_up_no_more():
	details = TriggerDetails(rule=Rule("DAILY", count=2), at=time(7), starts_on=date(2026, 11, 6))
	assert len(list(times_after(details, at("2026-11-01 00:00"), NEW_YORK))) == 2
	assert list(times_after(details, at("2026-11-08 00:00"), NEW_YORK)) == []


@pytest.mark.parametrize(
	("wanted", "before", "after", "is_one"),
	[
		({}, "Open", "Paid", True),
		({}, "Paid", "Paid", False),
		({}, None, "", False),
		({}, 1, 1.0, False),
		({}, True, 1, False),
		({"to_value": "Paid"}, "Open", "Paid", True),
		({"to_value": "Paid"}, "Open", "Overdue", False),
		({"to_value": "Paid"}, None, "Paid", True),
		({"from_value": "Open"}, "Open", "Paid", True),
		({"from_value": "Open"}, "Draft", "Paid", False),
		({"from_value": "Open", "to_value": "Paid"}, "Open", "Paid", True),
		({"to_value": "1"}, 0, 1, True),
		({"to_value": "2.5"}, 0, 2.5, True),
	],
)
def test_what_counts_as_a_change(wanted, before, after, is_one):
	assert is_change(TriggerDetails(field="status", **wanted), before, after) is is_one


@pytest.mark.parametrize("day", [datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)])
@pytest.mark.parametrize("length", [1, 10, 45])
def test_no_minute_of_a_day_on_which_the_clocks_change_is_missed_or_found_twice(day, length):
	"""Looks of a day, one after the other: each wall time that a record can hold is found in exactly one."""
	details = TriggerDetails(offset=timedelta(0))
	found: dict[datetime, int] = {}
	walls = [day.replace(tzinfo=None) + timedelta(minutes=7 * number) for number in range(60)]
	moments = {wall: moment_from(wall.replace(tzinfo=NEW_YORK), details, NEW_YORK) for wall in walls}
	look = day + timedelta(hours=3)
	while look < day + timedelta(hours=14):
		end = look + timedelta(minutes=length)
		begin, last = span_due(details, look, end, NEW_YORK)
		for wall, moment in moments.items():
			found[wall] = found.get(wall, 0) + (begin <= wall <= last and look < moment <= end)
		look = end
	assert set(found.values()) == {1}
