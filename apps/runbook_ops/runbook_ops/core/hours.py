"""Working time: weekly hours in a zone, closed days and time off, as intervals of UTC minutes."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta, tzinfo

from .timeline import Interval, merge, subtract, to_minutes
from .wall_time import moment_at

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Shift:
	"""One stretch of a weekday in wall time; an `end` not after `start` lies on the next day."""

	weekday: int
	start: time
	end: time


def working_intervals(
	shifts: Iterable[Shift],
	zone: tzinfo,
	first: date,
	last: date,
	closed: Collection[date] = frozenset(),
	time_off: Iterable[Interval] = (),
) -> tuple[Interval, ...]:
	"""Open time from `first` to `last`, both included, as UTC minutes.

	Of a wall time that the clock shows twice the first counts for a start and the last for an end, so a shift over the
	change is an hour longer or shorter, as it is in life.
	"""
	by_weekday: dict[int, list[Shift]] = {}
	for shift in shifts:
		by_weekday.setdefault(shift.weekday, []).append(shift)
	spans: list[Interval] = []
	for offset in range((last - first).days + 1):
		day = first + timedelta(days=offset)
		if day in closed:
			continue
		for shift in by_weekday.get(day.weekday(), ()):
			end_day = day if shift.end > shift.start else day + timedelta(days=1)
			start = moment_at(day, shift.start, zone)
			end = moment_at(end_day, shift.end, zone, last=True)
			spans.append((to_minutes(start), to_minutes(end)))
	return subtract(merge(spans), merge(time_off))
