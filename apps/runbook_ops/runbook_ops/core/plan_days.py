"""The visits of a plan: its rule's days, with holidays, exceptions and the clock changes; and how two rules' days pair."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from .recurrence import Rule, days_of
from .wall_time import moment_at

REACH = 14
"""Days that a holiday can move a visit by, at the most."""

EVERY_WEEKDAY = frozenset(range(7))


class HolidayRule(StrEnum):
	SKIP = "Skip"
	EARLIER = "Move earlier"
	LATER = "Move later"


class Change(StrEnum):
	"""What an exception does to one day of the plan."""

	SKIPPED = "Skipped"
	MOVED = "Moved"


class VisitState(StrEnum):
	"""How a day of the plan comes out."""

	AS_PLANNED = "As planned"
	HOLIDAY_MOVED = "Moved for a holiday"
	HOLIDAY_SKIPPED = "Skipped for a holiday"
	NO_OPEN_DAY = "No open day"
	MOVED = "Moved"
	SKIPPED = "Skipped"


TAKES_PLACE = frozenset({VisitState.AS_PLANNED, VisitState.HOLIDAY_MOVED, VisitState.MOVED})


@dataclass(frozen=True)
class Exception_:
	"""One day on which the plan is not as its rule says; `moved_to` is aware."""

	change: Change
	moved_to: datetime | None = None
	reason: str = ""


@dataclass(frozen=True)
class Schedule:
	"""All that a plan's days depend on; a day is open when it is no holiday and one of the weekdays that are worked."""

	rule: Rule
	first_day: date
	wall: time
	zone: tzinfo
	holiday_rule: HolidayRule = HolidayRule.SKIP
	holidays: frozenset[date] = frozenset()
	open_weekdays: frozenset[int] = EVERY_WEEKDAY
	exceptions: Mapping[date, Exception_] = field(default_factory=dict)


@dataclass(frozen=True)
class PlannedVisit:
	"""A day of the rule (`planned`, its identity), and when its visit starts; None when it does not take place."""

	planned: date
	state: VisitState
	starts_at: datetime | None = None
	reason: str = ""


@dataclass(frozen=True)
class Visits:
	"""The visits of the rule's days up to a day, and the rule's next day after it; None when there is none."""

	visits: tuple[PlannedVisit, ...]
	next_day: date | None


def visits_until(schedule: Schedule, last: date) -> Visits:
	"""The visits of all days of the rule from the plan's first up to `last`, in the rule's order."""
	days: list[date] = []
	next_day = None
	for day in days_of(schedule.rule, schedule.first_day):
		if day > last and next_day is None:
			next_day = day
		if day > last + timedelta(days=REACH):
			break
		days.append(day)
	placed = _place(schedule, days)
	return Visits(tuple(_visit(schedule, day, placed[day]) for day in days if day <= last), next_day)


def first_visits(schedule: Schedule, after: date, number: int) -> tuple[PlannedVisit, ...]:
	"""The visits of the rule's next days from a day on, so many at the most."""
	wanted: list[date] = []
	for day in days_of(schedule.rule, schedule.first_day):
		if len(wanted) == number:
			break
		if day >= after:
			wanted.append(day)
	if not wanted:
		return ()
	return tuple(visit for visit in visits_until(schedule, wanted[-1]).visits if visit.planned >= after)


def usual_start(schedule: Schedule, planned: date) -> datetime | None:
	"""When the visit of a day would start were there no exception; None when it would not take place."""
	plain = Schedule(
		schedule.rule,
		schedule.first_day,
		schedule.wall,
		schedule.zone,
		schedule.holiday_rule,
		schedule.holidays,
		schedule.open_weekdays,
	)
	found = [visit for visit in visits_until(plain, planned).visits if visit.planned == planned]
	return found[0].starts_at if found else None


def _place(schedule: Schedule, days: Sequence[date]) -> dict[date, date | None]:
	"""Where each day of the rule takes place: itself, or for a holiday what the holiday rule says; None is nowhere.

	A visit moves to the nearest open day that is no other visit's day; worked from the plan's first day, so that the
	answer is the same whenever it is asked for.
	"""
	placed: dict[date, date | None] = {day: day for day in days if day not in schedule.holidays}
	taken = set(placed)
	step = timedelta(days=-1 if schedule.holiday_rule == HolidayRule.EARLIER else 1)
	for day in days:
		if day in placed:
			continue
		placed[day] = None
		if schedule.holiday_rule == HolidayRule.SKIP:
			continue
		choices = (day + step * number for number in range(1, REACH + 1))
		found = next((each for each in choices if each not in taken and _is_open(schedule, each)), None)
		if found:
			placed[day] = found
			taken.add(found)
	return placed


def _is_open(schedule: Schedule, day: date) -> bool:
	return (
		day >= schedule.first_day and day not in schedule.holidays and day.weekday() in schedule.open_weekdays
	)


def _visit(schedule: Schedule, planned: date, day: date | None) -> PlannedVisit:
	exception = schedule.exceptions.get(planned)
	if exception and exception.change == Change.SKIPPED:
		return PlannedVisit(planned, VisitState.SKIPPED, None, exception.reason)
	if exception and exception.moved_to:
		return PlannedVisit(planned, VisitState.MOVED, exception.moved_to, exception.reason)
	if day is None:
		skipped = schedule.holiday_rule == HolidayRule.SKIP
		return PlannedVisit(planned, VisitState.HOLIDAY_SKIPPED if skipped else VisitState.NO_OPEN_DAY)
	state = VisitState.AS_PLANNED if day == planned else VisitState.HOLIDAY_MOVED
	return PlannedVisit(planned, state, moment_at(day, schedule.wall, schedule.zone))


def pair_days(old: Sequence[date], new: Sequence[date], same_rhythm: bool) -> dict[date, date]:
	"""Which new day takes over from which old one when a plan changes.

	With the same rhythm the first from the first, the second from the second, and so on; else days that stay, and the rest
	in order. What is missing in the answer has no counterpart.
	"""
	if same_rhythm:
		return dict(zip(old, new, strict=False))
	stay = set(old) & set(new)
	rest = zip((day for day in old if day not in stay), (day for day in new if day not in stay), strict=False)
	return {**{day: day for day in stay}, **dict(rest)}
