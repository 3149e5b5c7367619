"""Whom a freed time suits, in which order, until when, and why the others were passed over."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.refusal import Refusal
from runbook_ops.core.timeline import to_minutes
from runbook_ops.core.waitlist import (
	Freed,
	Match,
	OfferStatus,
	Place,
	Waiting,
	check_answer,
	check_wish,
	match_waiting,
	offer_until,
	overlaps,
	read_weekdays,
)

ZONE = ZoneInfo("America/New_York")
NOW = datetime(2026, 6, 1, 9, tzinfo=ZONE)
DAY = date(2026, 6, 3)  # a Wednesday
HOUR = timedelta(hours=1)


def at(clock: str, day: date = DAY) -> datetime:
	return datetime.combine(day, time.fromisoformat(clock), ZONE)


def minute(clock: str, day: date = DAY) -> int:
	return to_minutes(at(clock, day))


def place(clock: str = "10:00", who: str = "Ann", lasts: int = 60) -> Place:
	return Place(minute(clock), minute(clock) + lasts, (who,))


FREED = Freed((minute("10:00"), minute("12:00")), frozenset({"Ann"}))


def waiting(name: str = "WL-1", **values) -> Waiting:
	given = {"since": NOW - timedelta(days=1), "service": "Cut", "first_day": DAY, "last_day": DAY}
	return Waiting(name, **{**given, **values})


PLACES = (place(),)


def match(*entries: Waiting, places=PLACES, now=NOW, notice=timedelta(0), holds=HOUR):
	found = {entry.name: places for entry in entries} if not isinstance(places, dict) else places
	return match_waiting(FREED, entries, found, {"Cut": notice}, now, holds, ZONE)


def why(entry: Waiting, **values) -> str:
	matches, (misfit,) = match(entry, **values)
	assert matches == () and misfit.entry == entry.name
	return misfit.why.code


def test_who_has_waited_longest_comes_first():
	late, early = waiting("WL-A"), waiting("WL-B", since=NOW - timedelta(days=2))
	same = waiting("WL-C", since=early.since)
	matches, misfits = match(late, same, early)
	assert [found.entry for found in matches] == ["WL-B", "WL-C", "WL-A"] and misfits == ()


@pytest.mark.parametrize(
	("wish", "code"),
	[
		({"first_day": DAY + timedelta(days=1), "last_day": DAY + timedelta(days=9)}, "waitlist_other_days"),
		({"weekdays": frozenset({0, 1})}, "waitlist_other_weekdays"),
		({"earliest": time(10, 1)}, "waitlist_other_time"),
		({"latest": time(9, 59)}, "waitlist_other_time"),
		({"people": frozenset({"Bea"})}, "waitlist_other_people"),
	],
)
def test_whom_it_does_not_suit_is_told_apart(wish, code):
	assert why(waiting(**wish)) == code


@pytest.mark.parametrize(
	"wish",
	[
		{"weekdays": frozenset({2})},
		{"earliest": time(10), "latest": time(10)},
		{"people": frozenset({"Ann", "Bea"})},
		{"first_day": DAY - timedelta(days=9), "last_day": DAY + timedelta(days=9)},
	],
)
def test_whom_it_just_suits(wish):
	((found,), _) = match(waiting(**wish))
	assert found == Match("WL-1", place(), NOW + HOUR)


def test_a_place_that_was_open_before_is_no_news():
	assert why(waiting(), places=(place(who="Bea"),)) == "waitlist_no_room"
	assert why(waiting(), places=()) == "waitlist_no_room"


def test_the_place_nearest_to_the_freed_start_is_offered():
	((found,), _) = match(waiting(), places=(place("09:30"), place("11:00"), place("10:05")))
	assert found.place == place("10:05")


def test_a_later_place_that_suits_beats_a_nearer_one_that_does_not():
	((found,), _) = match(waiting(earliest=time(10, 45)), places=(place("10:00"), place("11:00")))
	assert found.place == place("11:00")


def test_weekdays_and_times_are_those_of_the_business():
	"""Wednesday 22:30 in New York is Thursday in UTC."""
	late = Place(minute("22:30"), minute("23:30"), ("Ann",))
	((found,), _) = match(waiting(weekdays=frozenset({2}), latest=time(22, 30)), places=(late,))
	assert found.place == late


def test_an_offer_never_stands_beyond_the_notice():
	assert offer_until(NOW, NOW + 3 * HOUR, 2.5 * HOUR, HOUR) == NOW + 0.5 * HOUR
	assert offer_until(NOW, NOW + 3 * HOUR, timedelta(0), HOUR) == NOW + HOUR
	assert offer_until(NOW, NOW + 3 * HOUR, 3 * HOUR, HOUR) is None
	assert why(waiting(), notice=timedelta(days=3)) == "waitlist_too_soon"


@given(minutes=st.integers(-200, 2000), notice=st.integers(0, 2000), holds=st.integers(1, 600))
def test_an_offer_holds_inside_its_bounds(minutes, notice, holds):
	start, lead, span = (
		NOW + timedelta(minutes=minutes),
		timedelta(minutes=notice),
		timedelta(minutes=holds),
	)
	until = offer_until(NOW, start, lead, span)
	if until is not None:
		assert NOW < until <= NOW + span and until <= start - lead
	else:
		assert start - lead - NOW < min(span, timedelta(minutes=5))


def test_everybody_is_either_offered_or_told_why():
	entries = [waiting(f"WL-{number}", weekdays=frozenset({number % 7})) for number in range(20)]
	matches, misfits = match(*entries)
	assert {found.entry for found in matches} | {one.entry for one in misfits} == {
		one.name for one in entries
	}
	assert len(matches) + len(misfits) == 20


@pytest.mark.parametrize("status", OfferStatus)
def test_only_an_open_offer_in_time_is_taken(status):
	refusal = check_answer(status, NOW + HOUR, NOW)
	assert (refusal is None) == (status is OfferStatus.OPEN)
	late = check_answer(status, NOW, NOW)
	assert late is not None


@pytest.mark.parametrize(
	("text", "days"),
	[("", set()), (None, set()), ("MO,TU", {0, 1}), (" mo ; Sunday,", {0, 6}), ("WE", {2})],
)
def test_weekdays_as_people_write_them(text, days):
	assert read_weekdays(text) == days


@pytest.mark.parametrize("text", ["XX", "1,2", "MO-FR", "понедельник"])
def test_weekdays_that_are_none(text):
	found = read_weekdays(text)
	assert isinstance(found, Refusal) and found.code == "waitlist_weekdays" and found.field == "weekdays"


def test_wishes_that_nothing_can_ever_match():
	today = NOW.date()
	day = timedelta(days=1)
	assert check_wish(today, today, None, None, today) is None
	assert check_wish(today + day, today, None, None, today).code == "waitlist_days"
	assert check_wish(today - day, today - day, None, None, today).code == "waitlist_past"
	assert check_wish(today, today, time(12), time(11), today).code == "waitlist_times"
	assert check_wish(today, today, time(12), time(12), today) is None


def test_places_rule_each_other_out_when_they_share_somebody():
	assert overlaps(place("10:00"), place("10:30"))
	assert not overlaps(place("10:00"), place("11:00"))
	assert not overlaps(place("10:00"), place("10:30", "Bea"))
