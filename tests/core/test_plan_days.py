"""The visits of a plan: holidays, exceptions, clock changes; and what a change from a day on makes of its form."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from runbook_ops.core.plan_days import (
	REACH,
	Change,
	Exception_,
	HolidayRule,
	Schedule,
	VisitState,
	first_visits,
	pair_days,
	usual_start,
	visits_until,
)
from runbook_ops.core.plan_form import PlanForm, continued_from, ended_before, rule_of, same_rhythm, shifted
from runbook_ops.core.recurrence import Rule, days_of, parse_rule
from runbook_ops.core.recurrence_words import describe
from runbook_ops.core.refusal import Refusal

BERLIN = ZoneInfo("Europe/Berlin")
TEN = time(10)
MONDAY = date(2026, 11, 30)


def rule(text):
	found = parse_rule(text, TEN, BERLIN)
	assert isinstance(found, Rule)
	return found


def schedule(text="FREQ=WEEKLY", **values):
	return Schedule(**{"rule": rule(text), "first_day": MONDAY, "wall": TEN, "zone": BERLIN, **values})


def form(**values):
	return PlanForm(
		**{
			"frequency": "Weekly",
			"first_day": MONDAY,
			"wall": TEN,
			"zone": BERLIN,
			"weekdays": ("MO",),
			**values,
		}
	)


def week(number):
	return MONDAY + timedelta(weeks=number)


def local(visit):
	return visit.starts_at.astimezone(BERLIN).replace(tzinfo=None)


# -- clock changes


def test_ten_stays_ten_over_both_clock_changes():
	for visit in visits_until(schedule(), MONDAY + timedelta(days=800)).visits:
		assert local(visit) == datetime.combine(visit.planned, TEN)


def test_a_skipped_time_moves_forward_and_a_repeated_one_is_the_first():
	early = schedule("FREQ=DAILY", first_day=date(2027, 3, 27), wall=time(2, 30))
	assert [local(visit).time() for visit in first_visits(early, date(2027, 3, 27), 3)] == [
		time(2, 30),
		time(3, 30),
		time(2, 30),
	]
	autumn = schedule("FREQ=DAILY", first_day=date(2027, 10, 31), wall=time(2, 30))
	(visit,) = first_visits(autumn, date(2027, 10, 31), 1)
	assert visit.starts_at == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


# -- holidays


@pytest.mark.parametrize(
	("holiday_rule", "holidays", "expected"),
	[
		("Skip", [7], [0, None, 14]),
		("Move later", [7], [0, 8, 14]),
		("Move earlier", [7], [0, 4, 14]),  # the Sunday and the Saturday before are not worked
		("Move later", [7, 8, 9], [0, 10, 14]),
		("Move later", [7, 8, 9, 10, 11], [0, 15, 14]),  # the Monday after is taken by the visit of that day
		("Move later", [7, 14], [0, 8, 15]),
		("Move earlier", [0], [None, 7, 14]),  # not before the plan's first day
	],
)
def test_a_holiday_is_skipped_or_moved_to_the_nearest_open_day(holiday_rule, holidays, expected):
	plan = schedule(
		holiday_rule=HolidayRule(holiday_rule),
		holidays=frozenset(MONDAY + timedelta(days=day) for day in holidays),
		open_weekdays=frozenset(range(5)),
	)
	found = visits_until(plan, week(2)).visits
	assert [visit.starts_at and (local(visit).date() - MONDAY).days for visit in found] == expected
	assert [visit.planned for visit in found] == [week(0), week(1), week(2)]


def test_a_visit_without_an_open_day_is_told_apart_from_a_skipped_one():
	away = frozenset(week(1) + timedelta(days=day) for day in range(-20, 20))
	later = schedule(holiday_rule=HolidayRule.LATER, holidays=away)
	assert visits_until(later, week(1)).visits[1].state == VisitState.NO_OPEN_DAY
	assert visits_until(replace(later, holiday_rule=HolidayRule.SKIP), week(1)).visits[1].state == (
		VisitState.HOLIDAY_SKIPPED
	)


@given(
	some.sampled_from(["FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=DAILY;INTERVAL=2", "FREQ=MONTHLY"]),
	some.sampled_from(list(HolidayRule)),
	some.sets(some.integers(0, 120), max_size=40),
	some.sets(some.integers(0, 6), min_size=3),
	some.integers(0, 120),
)
def test_moved_visits_are_open_apart_and_the_same_in_every_window(text, holiday_rule, off, worked, ahead):
	plan = schedule(
		text,
		holiday_rule=holiday_rule,
		holidays=frozenset(MONDAY + timedelta(days=day) for day in off),
		open_weekdays=frozenset(worked),
	)
	whole = visits_until(plan, MONDAY + timedelta(days=150)).visits
	assert [visit.planned for visit in whole] == [
		day for day in _first(days_of(plan.rule, MONDAY), 200) if day <= MONDAY + timedelta(days=150)
	]
	last = MONDAY + timedelta(days=ahead)
	assert visits_until(plan, last).visits == tuple(visit for visit in whole if visit.planned <= last)
	taken = [local(visit).date() for visit in whole if visit.starts_at]
	assert len(taken) == len(set(taken))
	for visit in whole:
		if visit.state == VisitState.HOLIDAY_MOVED:
			day = local(visit).date()
			assert day not in plan.holidays
			assert day.weekday() in worked
			assert abs((day - visit.planned).days) <= REACH
			between = [
				visit.planned + timedelta(days=n) * (1 if day > visit.planned else -1)
				for n in range(1, abs((day - visit.planned).days))
			]
			for nearer in between:
				closed = nearer in plan.holidays or nearer.weekday() not in worked
				assert closed or nearer in taken or nearer in [each.planned for each in whole]


def _first(days, number):
	return [day for day, _ in zip(days, range(number), strict=False)]


# -- exceptions


def test_exceptions_hold_for_their_day_only_and_keep_its_identity():
	moved_to = datetime(2026, 12, 9, 13, tzinfo=UTC)
	plan = schedule(
		exceptions={
			week(0): Exception_(Change.SKIPPED, reason="On holiday"),
			week(1): Exception_(Change.MOVED, moved_to),
			date(2026, 12, 15): Exception_(Change.SKIPPED),
		}
	)
	skipped, moved, plain = visits_until(plan, week(2)).visits
	assert (skipped.state, skipped.starts_at, skipped.reason) == (VisitState.SKIPPED, None, "On holiday")
	assert (moved.planned, moved.state, moved.starts_at) == (week(1), VisitState.MOVED, moved_to)
	assert plain.state == VisitState.AS_PLANNED
	assert usual_start(plan, week(1)) == datetime(2026, 12, 7, 9, tzinfo=UTC)


def test_the_next_day_after_a_window_is_told_and_none_after_the_end():
	assert visits_until(schedule(), MONDAY).next_day == week(1)
	assert visits_until(schedule("FREQ=WEEKLY;COUNT=1"), MONDAY).next_day is None
	assert visits_until(schedule("FREQ=YEARLY"), MONDAY).next_day == date(2027, 11, 30)


# -- changes from a day on


def test_a_plan_that_ends_before_a_day_and_the_one_that_goes_on_are_together_the_old_one():
	for given_form in (
		form(ends="After so many visits", visits=9),
		form(ends="On a day", ends_on=week(8)),
		form(frequency="Own rule", own_rule="FREQ=WEEKLY;BYDAY=MO;COUNT=9"),
		form(frequency="Own rule", own_rule="FREQ=WEEKLY;BYDAY=MO;UNTIL=20270125T100000"),
		form(frequency="Own rule", own_rule="FREQ=WEEKLY;INTERVAL=1", ends="After so many visits", visits=9),
	):
		whole = rule_of(given_form)
		before, after = ended_before(given_form, week(4)), continued_from(given_form, week(4), whole, 4)
		parts = [*days_of(rule_of(before), before.first_day), *days_of(rule_of(after), after.first_day)]
		assert parts == list(days_of(whole, MONDAY)) == [week(number) for number in range(9)]


@pytest.mark.parametrize(
	("given_form", "old", "new", "changed"),
	[
		(form(), MONDAY, date(2026, 12, 2), {"weekdays": ("WE",)}),
		(form(weekdays=("MO", "TH")), MONDAY, date(2026, 12, 2), {"weekdays": ("WE", "TH")}),
		(form(weekdays=("MO", "TH")), MONDAY, date(2026, 12, 3), {"weekdays": ("TH",)}),
		(form(weekdays=()), MONDAY, date(2026, 12, 2), {"weekdays": ("WE",)}),
		(form(frequency="Daily"), MONDAY, date(2026, 12, 2), {}),
		(
			form(frequency="Monthly on a weekday", nth="Second", weekdays=("TU",)),
			date(2026, 12, 8),
			date(2026, 12, 17),
			{"nth": "Third", "weekdays": ("TH",)},
		),
		(
			form(frequency="Monthly on a weekday", nth="Last", weekdays=("MO",)),
			MONDAY,
			date(2026, 11, 17),
			{"nth": "Third", "weekdays": ("TU",)},
		),
		(
			form(frequency="Monthly on a weekday", nth="Last", weekdays=("TU",)),
			date(2026, 11, 24),
			MONDAY,
			{"nth": "Last", "weekdays": ("MO",)},
		),
		(form(frequency="Monthly on a day"), MONDAY, date(2026, 12, 2), {"first_day": date(2026, 12, 2)}),
	],
)
def test_the_others_follow_the_visit_that_was_moved(given_form, old, new, changed):
	assert shifted(given_form, old, new) == replace(given_form, **changed)


def test_a_rule_written_by_hand_is_not_guessed_at():
	own = form(frequency="Own rule", own_rule="FREQ=WEEKLY")
	assert isinstance(shifted(own, MONDAY, date(2026, 12, 2)), Refusal)
	assert shifted(own, MONDAY, MONDAY) == own


def test_which_day_takes_over_from_which():
	mondays, wednesdays = [week(0), week(1), week(2)], [week(n) + timedelta(days=2) for n in range(3)]
	assert same_rhythm(form(), form(weekdays=("WE",)))
	assert pair_days(mondays, wednesdays, True) == dict(zip(mondays, wednesdays, strict=True))
	assert not same_rhythm(form(), form(every=2))
	assert pair_days([week(0), week(1), week(2), week(3)], [week(0), week(2), week(4)], False) == {
		week(0): week(0),
		week(2): week(2),
		week(1): week(4),
	}


# -- words


@pytest.mark.parametrize(
	("text", "words"),
	[
		("FREQ=MONTHLY;BYDAY=2TU", "Every second Tuesday of the month, 10:00"),
		(
			"FREQ=WEEKLY;INTERVAL=6;BYDAY=MO;UNTIL=20270630",
			"Every 6 weeks on Monday, 10:00, until 30 June 2027",
		),
		("FREQ=WEEKLY;BYDAY=MO,TH", "Every week on Monday and Thursday, 10:00"),
		(
			"FREQ=WEEKLY;BYDAY=MO,WE,FR;COUNT=12",
			"Every week on Monday, Wednesday and Friday, 10:00, 12 visits",
		),
		("FREQ=DAILY", "Every day, 10:00"),
		("FREQ=DAILY;INTERVAL=3;COUNT=1", "Every 3 days, 10:00, 1 visit"),
		("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1FR", "Every 2 months on the last Friday, 10:00"),
		("FREQ=MONTHLY;BYMONTHDAY=15", "Every month on day 15, 10:00"),
		("FREQ=MONTHLY;BYMONTHDAY=1,15,-1", "Every month on day 1 and 15 and the last day, 10:00"),
		("FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1", "Every month on day 31 or the last day, 10:00"),
		("FREQ=YEARLY;BYMONTHDAY=4;BYMONTH=7", "Every year on 4 July, 10:00"),
		(
			"FREQ=YEARLY;BYMONTHDAY=28,29;BYMONTH=2;BYSETPOS=-1",
			"Every year on 29 February or the last day, 10:00",
		),
		("FREQ=YEARLY;BYDAY=2SU;BYMONTH=5", "Every year on the second Sunday in May, 10:00"),
		("FREQ=WEEKLY;BYDAY=MO;BYMONTH=4,5,6", "Every week on Monday in April, May and June, 10:00"),
		("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", "Every month on Friday if it is day 13, 10:00"),
		("FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=2", "By the rule FREQ=MONTHLY;BYDAY=MO,FR;BYSETPOS=2, 10:00"),
		("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "By the rule FREQ=YEARLY;BYDAY=MO;BYWEEKNO=20, 10:00"),
	],
)
def test_a_rule_in_words(text, words):
	assert describe(rule(text), TEN) == words


def test_words_are_translated_by_phrase():
	german = {
		"Every week": "Jede Woche",
		" on {days}": " am {days}",
		"Monday": "Montag",
		"until {day}": "bis {day}",
		"{day} {month} {year}": "{day}. {month} {year}",
		"June": "Juni",
	}
	text = describe(
		rule("FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630"), TEN, lambda phrase: german.get(phrase, phrase)
	)
	assert text == "Jede Woche am Montag, 10:00, bis 30. Juni 2027"
