"""Rules against an oracle that walks the calendar day by day, and every bad rule against its refusal."""

import calendar
import time as clock
from datetime import date, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from runbook_ops.core.plan_form import Ends, Frequency, PlanForm, ShortMonths, rule_of
from runbook_ops.core.reasons import REASONS, reason_text
from runbook_ops.core.recurrence import WEEKDAY_CODES, Rule, check_first_day, days_of, parse_rule
from runbook_ops.core.refusal import Refusal

BERLIN = ZoneInfo("Europe/Berlin")
TEN = time(10)
FIRST = date(2026, 11, 30)  # a Monday


def parsed(text, wall=TEN, zone=BERLIN):
	rule = parse_rule(text, wall, zone)
	assert isinstance(rule, Rule), rule
	return rule


def days(text, first=FIRST, number=6):
	return list(islice(days_of(parsed(text), first), number))


# -- plain forms


def month_length(day):
	return calendar.monthrange(day.year, day.month)[1]


def monday_of(day):
	return day - timedelta(days=day.weekday())


def months_between(first, day):
	return (day.year - first.year) * 12 + day.month - first.month


def falls_on(form, day):
	"""Whether a plain form's visit falls on a day: calendar arithmetic only."""
	first, every = form.first_day, form.every
	codes = form.weekdays or (WEEKDAY_CODES[first.weekday()],)
	right_weekday = WEEKDAY_CODES[day.weekday()] in codes
	wanted = first.day
	if form.short_months == ShortMonths.LAST_DAY:
		wanted = min(wanted, month_length(day))
	match form.frequency:
		case Frequency.DAILY:
			return (day - first).days % every == 0
		case Frequency.WEEKLY:
			return right_weekday and (monday_of(day) - monday_of(first)).days // 7 % every == 0
		case Frequency.MONTHLY_WEEKDAY:
			week = (day.day - 1) // 7
			which = {"First": 0, "Second": 1, "Third": 2, "Fourth": 3}.get(form.nth)
			right_week = week == which if form.nth != "Last" else day.day + 7 > month_length(day)
			return right_weekday and right_week and months_between(first, day) % every == 0
		case Frequency.MONTHLY_DAY:
			return day.day == wanted and months_between(first, day) % every == 0
		case Frequency.YEARLY:
			return day.day == wanted and day.month == first.month and (day.year - first.year) % every == 0


def walked(form, last):
	"""The days of a form up to a day, by looking at every day."""
	found = []
	day = form.first_day
	while day <= last:
		ended = (form.ends == Ends.ON_A_DAY and day > form.ends_on) or (
			form.ends == Ends.AFTER_VISITS and len(found) >= form.visits
		)
		if ended:
			break
		if falls_on(form, day):
			found.append(day)
		day += timedelta(days=1)
	return found


@some.composite
def forms(draw):
	first = draw(some.dates(date(1999, 1, 1), date(2100, 12, 31)))
	ends = draw(some.sampled_from(list(Ends)))
	return PlanForm(
		frequency=draw(some.sampled_from([each for each in Frequency if each != Frequency.OWN])),
		first_day=first,
		wall=TEN,
		zone=BERLIN,
		every=draw(some.integers(1, 13)),
		weekdays=tuple(draw(some.lists(some.sampled_from(WEEKDAY_CODES), unique=True, max_size=4))),
		nth=draw(some.sampled_from(["First", "Second", "Third", "Fourth", "Last"])),
		short_months=draw(some.sampled_from(list(ShortMonths))),
		ends=ends,
		ends_on=first + timedelta(days=draw(some.integers(0, 1500))) if ends == Ends.ON_A_DAY else None,
		visits=draw(some.integers(1, 40)) if ends == Ends.AFTER_VISITS else None,
	)


@given(forms(), some.integers(30, 1600))
def test_a_form_falls_on_the_days_that_the_calendar_says(form, ahead):
	last = form.first_day + timedelta(days=ahead)
	expected = walked(form, last)
	rule = rule_of(form)
	if isinstance(rule, Refusal):
		assert rule.code == "plan_falls_never"
		assert not walked(form, form.first_day + timedelta(days=400 * 13))
		return
	assert [day for day in _until(rule, form.first_day, last)] == expected


@given(forms())
def test_a_rule_reads_back_from_its_text(form):
	rule = rule_of(form)
	if isinstance(rule, Rule):
		assert parsed(rule.text) == rule


@given(forms(), some.integers(1, 900))
def test_a_count_counts_from_the_first_day_wherever_one_looks(form, ahead):
	rule = rule_of(form)
	if isinstance(rule, Rule) and rule.count:
		everything = list(days_of(rule, form.first_day))
		assert len(everything) <= rule.count
		window = form.first_day + timedelta(days=ahead)
		assert [day for day in days_of(rule, form.first_day) if day >= window] == [
			day for day in everything if day >= window
		]


def _until(rule, first, last):
	for day in days_of(rule, first):
		if day > last:
			break
		yield day


@pytest.mark.parametrize(
	("form", "text"),
	[
		(dict(frequency="Weekly", weekdays=("MO",)), "FREQ=WEEKLY;BYDAY=MO"),
		(dict(frequency="Weekly", weekdays=("TH", "MO"), every=6), "FREQ=WEEKLY;INTERVAL=6;BYDAY=MO,TH"),
		(dict(frequency="Weekly"), "FREQ=WEEKLY;BYDAY=MO"),
		(dict(frequency="Daily", every=3), "FREQ=DAILY;INTERVAL=3"),
		(dict(frequency="Monthly on a weekday", weekdays=("TU",), nth="Second"), "FREQ=MONTHLY;BYDAY=2TU"),
		(dict(frequency="Monthly on a weekday", weekdays=("FR",), nth="Last"), "FREQ=MONTHLY;BYDAY=-1FR"),
		(dict(frequency="Monthly on a day", first_day=date(2026, 11, 15)), "FREQ=MONTHLY;BYMONTHDAY=15"),
		(
			dict(frequency="Monthly on a day", first_day=date(2026, 10, 31)),
			"FREQ=MONTHLY;BYMONTHDAY=28,29,30,31;BYSETPOS=-1",
		),
		(
			dict(frequency="Monthly on a day", first_day=date(2026, 10, 31), short_months="Leave out"),
			"FREQ=MONTHLY;BYMONTHDAY=31",
		),
		(
			dict(frequency="Yearly", first_day=date(2028, 2, 29)),
			"FREQ=YEARLY;BYMONTHDAY=28,29;BYMONTH=2;BYSETPOS=-1",
		),
		(dict(frequency="Yearly", first_day=date(2026, 12, 31)), "FREQ=YEARLY;BYMONTHDAY=31;BYMONTH=12"),
		(
			dict(frequency="Weekly", ends="On a day", ends_on=date(2027, 6, 30)),
			"FREQ=WEEKLY;BYDAY=MO;UNTIL=20270630",
		),
		(dict(frequency="Weekly", ends="After so many visits", visits=12), "FREQ=WEEKLY;BYDAY=MO;COUNT=12"),
		(dict(frequency="Own rule", own_rule=" rrule:freq=daily;interval=2; "), "FREQ=DAILY;INTERVAL=2"),
		(
			dict(frequency="Own rule", own_rule="FREQ=DAILY", ends="After so many visits", visits=2),
			"FREQ=DAILY;COUNT=2",
		),
	],
)
def test_the_rule_that_a_form_stands_for(form, text):
	rule = rule_of(PlanForm(**{"first_day": FIRST, "wall": TEN, "zone": BERLIN, **form}))
	assert isinstance(rule, Rule)
	assert rule.text == text


# -- rules written by hand


@pytest.mark.parametrize(
	("text", "expected"),
	[
		("FREQ=MONTHLY;BYDAY=5FR", ["2027-01-29", "2027-04-30", "2027-07-30"]),
		("FREQ=MONTHLY;BYDAY=-1MO", ["2026-11-30", "2026-12-28", "2027-01-25"]),
		("FREQ=MONTHLY;BYMONTHDAY=31", ["2026-12-31", "2027-01-31", "2027-03-31"]),
		("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", ["2026-11-30", "2026-12-31", "2027-01-29"]),
		("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", ["2027-08-13", "2028-10-13", "2029-04-13"]),
		("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", ["2028-02-29", "2032-02-29", "2036-02-29"]),
		("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", ["2026-12-01", "2026-12-06", "2026-12-15"]),
		("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU", ["2026-12-01", "2026-12-13", "2026-12-15"]),
		("FREQ=WEEKLY;BYDAY=MO;BYMONTH=4,5", ["2027-04-05", "2027-04-12", "2027-04-19"]),
		("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", ["2027-05-17", "2028-05-15", "2029-05-14"]),
		("FREQ=YEARLY;BYYEARDAY=-1", ["2026-12-31", "2027-12-31", "2028-12-31"]),
		("FREQ=YEARLY;BYDAY=20MO", ["2027-05-17", "2028-05-15", "2029-05-14"]),
		("FREQ=DAILY;INTERVAL=400", ["2026-11-30", "2028-01-04", "2029-02-07"]),
		("FREQ=WEEKLY;COUNT=2", ["2026-11-30", "2026-12-07"]),
		("FREQ=WEEKLY;UNTIL=20261207", ["2026-11-30", "2026-12-07"]),
		("FREQ=WEEKLY;UNTIL=20261207T100000", ["2026-11-30", "2026-12-07"]),
		("FREQ=WEEKLY;UNTIL=20261207T095959", ["2026-11-30"]),
		("FREQ=WEEKLY;UNTIL=20261207T090000Z", ["2026-11-30", "2026-12-07"]),
		("FREQ=WEEKLY;UNTIL=20261207T085959Z", ["2026-11-30"]),
		("FREQ=DAILY;UNTIL=99991231T235959Z", ["2026-11-30", "2026-12-01", "2026-12-02"]),
		("FREQ=DAILY;COUNT=10000", ["2026-11-30", "2026-12-01", "2026-12-02"]),
	],
)
def test_the_days_of_a_rule_written_by_hand(text, expected):
	assert [str(day) for day in days(text, number=3)] == expected


def test_an_until_in_utc_is_read_in_the_plans_zone():
	assert parsed("FREQ=DAILY;UNTIL=20261207T030000Z", zone=ZoneInfo("America/Los_Angeles")).until == date(
		2026, 12, 6
	)
	assert parsed("FREQ=DAILY;UNTIL=20261207T230000Z", zone=ZoneInfo("Asia/Tokyo")).until == date(2026, 12, 7)


BAD = [
	("", "plan_rule_empty"),
	("   \n ", "plan_rule_empty"),
	("RRULE:", "plan_rule_unreadable"),
	("weekly", "plan_rule_unreadable"),
	("every monday", "plan_rule_unreadable"),
	("FREQ", "plan_rule_unreadable"),
	("FREQ=", "plan_rule_unreadable"),
	("=WEEKLY", "plan_rule_unknown_part"),
	("FREQ=WEEKLY;;BYDAY=MO", "plan_rule_unreadable"),
	(";FREQ=WEEKLY", "plan_rule_unreadable"),
	("FREQ=WEEKLY BYDAY=MO", "plan_rule_unreadable"),
	("FREQ=WEEKLY,BYDAY=MO", "plan_rule_frequency"),
	("FREQ=WEEKLY\nBYDAY=MO", "plan_rule_unreadable"),
	("FREQ=WEEKLY;BYDAY=MO\x00", "plan_rule_unreadable"),
	("FREQ=WEEKLY;BYDAY=ＭＯ", "plan_rule_unreadable"),
	("<script>alert(1)</script>", "plan_rule_unreadable"),
	("FREQ=WEEKLY;" * 60, "plan_rule_long"),
	("A" * 1_000_000, "plan_rule_long"),
	("BYDAY=MO", "plan_rule_no_freq"),
	("INTERVAL=2;BYDAY=MO", "plan_rule_no_freq"),
	("FREQ=SECONDLY", "plan_rule_too_often"),
	("FREQ=MINUTELY;INTERVAL=30", "plan_rule_too_often"),
	("FREQ=HOURLY;COUNT=3", "plan_rule_too_often"),
	("FREQ=FORTNIGHTLY", "plan_rule_frequency"),
	("FREQ=WEEKLY;FREQ=DAILY", "plan_rule_twice"),
	("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", "plan_rule_twice"),
	("FREQ=WEEKLY;COLOUR=RED", "plan_rule_unknown_part"),
	("FREQ=WEEKLY;X-FOO=1", "plan_rule_unknown_part"),
	("FREQ=YEARLY;BYEASTER=0", "plan_rule_unknown_part"),
	("FREQ=WEEKLY;SKIP=FORWARD", "plan_rule_unknown_part"),
	("FREQ=DAILY;BYHOUR=10,14", "plan_rule_time"),
	("FREQ=DAILY;BYMINUTE=30", "plan_rule_time"),
	("FREQ=DAILY;BYSECOND=0", "plan_rule_time"),
	("FREQ=WEEKLY;INTERVAL=0", "plan_rule_number"),
	("FREQ=WEEKLY;INTERVAL=-1", "plan_rule_number"),
	("FREQ=WEEKLY;INTERVAL=1.5", "plan_rule_unreadable"),
	("FREQ=WEEKLY;INTERVAL=TWO", "plan_rule_number"),
	("FREQ=WEEKLY;INTERVAL=1000000", "plan_rule_number"),
	("FREQ=WEEKLY;INTERVAL=99999999999999999999", "plan_rule_number"),
	("FREQ=WEEKLY;INTERVAL=٣", "plan_rule_unreadable"),
	("FREQ=WEEKLY;COUNT=0", "plan_rule_number"),
	("FREQ=WEEKLY;COUNT=-5", "plan_rule_number"),
	("FREQ=DAILY;COUNT=1000000", "plan_rule_number"),
	("FREQ=DAILY;COUNT=", "plan_rule_unreadable"),
	("FREQ=WEEKLY;COUNT=5;UNTIL=20270101", "plan_rule_two_ends"),
	("FREQ=WEEKLY;UNTIL=20270230", "plan_rule_until"),
	("FREQ=WEEKLY;UNTIL=20271301", "plan_rule_until"),
	("FREQ=WEEKLY;UNTIL=2027-06-30", "plan_rule_until"),
	("FREQ=WEEKLY;UNTIL=30062027", "plan_rule_until"),
	("FREQ=WEEKLY;UNTIL=00000101", "plan_rule_until"),
	("FREQ=WEEKLY;UNTIL=20270630T250000", "plan_rule_until"),
	("FREQ=WEEKLY;UNTIL=20270630T1000", "plan_rule_until"),
	("FREQ=WEEKLY;UNTIL=20270630T100000+0200", "plan_rule_until"),
	("FREQ=WEEKLY;UNTIL=NEVER", "plan_rule_until"),
	("FREQ=WEEKLY;BYDAY=MONDAY", "plan_rule_weekday"),
	("FREQ=WEEKLY;BYDAY=XX", "plan_rule_weekday"),
	("FREQ=WEEKLY;BYDAY=MO,,TU", "plan_rule_weekday"),
	("FREQ=MONTHLY;BYDAY=0MO", "plan_rule_weekday"),
	("FREQ=MONTHLY;BYDAY=99MO", "plan_rule_weekday"),
	("FREQ=MONTHLY;BYDAY=2", "plan_rule_weekday"),
	("FREQ=WEEKLY;WKST=8", "plan_rule_weekday"),
	("FREQ=WEEKLY;BYDAY=5FR", "plan_rule_ordinal"),
	("FREQ=DAILY;BYDAY=2MO", "plan_rule_ordinal"),
	("FREQ=YEARLY;BYWEEKNO=20;BYDAY=1MO", "plan_rule_ordinal"),
	("FREQ=MONTHLY;BYDAY=6FR", "plan_rule_ordinal_far"),
	("FREQ=YEARLY;BYMONTH=5;BYDAY=-6FR", "plan_rule_ordinal_far"),
	("FREQ=MONTHLY;BYMONTHDAY=32", "plan_rule_number"),
	("FREQ=MONTHLY;BYMONTHDAY=0", "plan_rule_number"),
	("FREQ=YEARLY;BYMONTH=13", "plan_rule_number"),
	("FREQ=YEARLY;BYMONTH=-1", "plan_rule_number"),
	("FREQ=YEARLY;BYYEARDAY=367", "plan_rule_number"),
	("FREQ=YEARLY;BYWEEKNO=54", "plan_rule_number"),
	("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=0", "plan_rule_number"),
	("FREQ=MONTHLY;BYSETPOS=1", "plan_rule_position"),
	("FREQ=WEEKLY;BYMONTHDAY=1", "plan_rule_part_with"),
	("FREQ=MONTHLY;BYYEARDAY=100", "plan_rule_part_with"),
	("FREQ=MONTHLY;BYWEEKNO=20", "plan_rule_part_with"),
	("DTSTART:20270101T100000\nRRULE:FREQ=DAILY", "plan_rule_other_line"),
	("RRULE:FREQ=DAILY\nEXDATE:20270102", "plan_rule_other_line"),
	("RDATE:20270102", "plan_rule_other_line"),
	("RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY", "plan_rule_unreadable"),
	("EXRULE:FREQ=DAILY", "plan_rule_other_line"),
]


@pytest.mark.parametrize(("text", "code"), BAD)
def test_a_bad_rule_is_refused_at_once_with_its_remedy(text, code):
	begun = clock.perf_counter()
	refusal = parse_rule(text, TEN, BERLIN)
	assert isinstance(refusal, Refusal)
	assert (refusal.code, refusal.field) == (code, "rrule")
	assert "{" not in reason_text(code, dict(refusal.values))
	assert clock.perf_counter() - begun < 0.05


def test_there_are_at_least_sixty_bad_rules():
	assert len({text for text, _ in BAD}) >= 60


@pytest.mark.parametrize(
	("text", "first", "code"),
	[
		("FREQ=WEEKLY;UNTIL=20200101", FIRST, "plan_ends_before_start"),
		("FREQ=WEEKLY;UNTIL=00010101T000000Z", FIRST, "plan_ends_before_start"),
		("FREQ=WEEKLY;BYDAY=SU;UNTIL=20261205", FIRST, "plan_falls_never"),
		("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", FIRST, "plan_falls_never"),
		("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", FIRST, "plan_falls_never"),
		("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=31", FIRST, "plan_falls_never"),
		("FREQ=DAILY;INTERVAL=7;BYDAY=TU", FIRST, "plan_falls_never"),
		("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=3", FIRST, "plan_falls_never"),
		("FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=31", date(2026, 11, 30), "plan_falls_never"),
		("FREQ=YEARLY;INTERVAL=2;BYMONTH=2;BYMONTHDAY=29", date(2027, 1, 1), "plan_falls_never"),
		("FREQ=DAILY", date(1, 1, 1), "plan_first_day"),
		("FREQ=DAILY", date(9999, 12, 31), "plan_first_day"),
	],
)
def test_a_rule_that_falls_on_no_day_is_refused_within_a_second(text, first, code):
	begun = clock.perf_counter()
	refusal = check_first_day(parsed(text), first)
	assert isinstance(refusal, Refusal)
	assert refusal.code == code
	assert "{" not in reason_text(code, dict(refusal.values))
	assert clock.perf_counter() - begun < 2


@pytest.mark.parametrize(
	("form", "code", "field"),
	[
		(dict(frequency="Sometimes"), "choice_unknown", "frequency"),
		(dict(frequency="Weekly", every=-1), "plan_every", "every"),
		(dict(frequency="Weekly", every=10**9), "plan_every", "every"),
		(dict(frequency="Weekly", weekdays=("MO", "XX")), "plan_rule_weekday", "weekdays"),
		(dict(frequency="Monthly on a weekday", nth=""), "plan_nth", "nth"),
		(dict(frequency="Monthly on a weekday", nth="Sixth"), "plan_nth", "nth"),
		(dict(frequency="Weekly", ends="Perhaps"), "choice_unknown", "ends"),
		(dict(frequency="Weekly", ends="On a day"), "plan_no_last_day", "ends_on"),
		(
			dict(frequency="Weekly", ends="On a day", ends_on=date(2020, 1, 1)),
			"plan_ends_before_start",
			"ends_on",
		),
		(dict(frequency="Weekly", ends="After so many visits"), "plan_visits", "visits"),
		(dict(frequency="Weekly", ends="After so many visits", visits=0), "plan_visits", "visits"),
		(dict(frequency="Weekly", ends="After so many visits", visits=10**7), "plan_visits", "visits"),
		(dict(frequency="Own rule"), "plan_rule_empty", "rrule"),
		(
			dict(frequency="Own rule", own_rule="FREQ=DAILY;COUNT=3", ends="After so many visits", visits=3),
			"plan_ends_twice",
			"ends",
		),
		(dict(frequency="Weekly", first_day=date(1, 1, 1)), "plan_first_day", "starts_on"),
	],
)
def test_a_bad_form_is_refused_at_its_field(form, code, field):
	refusal = rule_of(PlanForm(**{"first_day": FIRST, "wall": TEN, "zone": BERLIN, **form}))
	assert isinstance(refusal, Refusal)
	assert (refusal.code, refusal.field) == (code, field)
	assert "{" not in reason_text(code, dict(refusal.values))
	assert code in REASONS
