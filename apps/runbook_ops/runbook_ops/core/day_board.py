"""A day as the board shows it: its hours, when somebody is not at work, and which visits stand there."""

from collections.abc import Sequence
from datetime import date, time, timedelta, tzinfo

from .timeline import Interval, from_minutes, merge, subtract, to_minutes
from .wall_time import moment_at

HOUR = 60


def day_span(day: date, zone: tzinfo) -> Interval:
	"""A day of that zone from midnight to midnight, as UTC minutes: 23 or 25 hours when the clocks change."""
	following = day + timedelta(days=1)
	return to_minutes(moment_at(day, time(0), zone)), to_minutes(moment_at(following, time(0), zone))


def hour_marks(day: date, zone: tzinfo) -> tuple[tuple[int, str], ...]:
	"""Each hour of the day as its UTC minute and what the clock shows then; 23 or 25 of them when the clocks change."""
	start, end = day_span(day, zone)
	return tuple(
		(minute, f"{from_minutes(minute).astimezone(zone):%H:%M}") for minute in range(start, end, HOUR)
	)


def closed_within(window: Interval, opened: Sequence[Interval]) -> tuple[Interval, ...]:
	"""The stretches of the window in which somebody is not at work; `opened` is sorted and disjoint."""
	return subtract((window,), merge(opened))


def is_astray(visit: Interval, opened: Sequence[Interval]) -> bool:
	"""Whether a visit lies, wholly or in part, where somebody is not at work."""
	return bool(subtract((visit,), merge(opened)))
