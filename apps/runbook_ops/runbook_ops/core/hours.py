"""Working time: weekly hours in a zone with what departs from them, as intervals of UTC minutes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta, tzinfo
from functools import cached_property, lru_cache

from .timeline import Interval, from_minutes, merge, subtract
from .wall_time import changes_on, minute_at

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)

Hours = tuple[time, time]
"""From and to in wall time; a `to` not after `from` lies on the next day."""


@dataclass(frozen=True)
class Shift:
	"""One stretch of a weekday in wall time; an `end` not after `start` lies on the next day."""

	weekday: int
	start: time
	end: time


@dataclass(frozen=True)
class Roster:
	"""Hours that take the place of the weekly ones from `first` to `last`, both included; no `last` means from then on."""

	first: date
	last: date | None
	hours: Hours


@dataclass(frozen=True)
class Schedule:
	"""When a resource works, in its zone. What comes later in this list wins.

	Weekly `shifts`; `rosters` instead of them; `closed` holidays; `exceptions`, a day's own hours, none for a day off; `absent`
	days of leave, of which half a day leaves what `exceptions` say; and `time_off` in UTC minutes, sorted and disjoint.
	"""

	zone: tzinfo
	shifts: tuple[Shift, ...] = ()
	rosters: tuple[Roster, ...] = ()
	closed: frozenset[date] = frozenset()
	exceptions: Mapping[date, tuple[Hours, ...]] = field(default_factory=dict)
	absent: frozenset[date] = frozenset()
	half_absent: frozenset[date] = frozenset()
	time_off: tuple[Interval, ...] = ()

	@cached_property
	def _weekly(self) -> tuple[tuple[Hours, ...], ...]:
		return tuple(
			tuple((shift.start, shift.end) for shift in self.shifts if shift.weekday == weekday)
			for weekday in range(len(WEEKDAYS))
		)

	def hours_on(self, day: date) -> Sequence[Hours]:
		"""The day's hours before time off."""
		if day in self.absent:
			return ()
		if day in self.exceptions:
			return self.exceptions[day]
		if day in self.closed or day in self.half_absent:
			return ()
		roster = [each.hours for each in self.rosters if each.first <= day <= (each.last or day)]
		return roster or self._weekly[day.weekday()]

	def is_closed(self, day: date) -> bool:
		"""Whether it is a day off, and not just a day without weekly hours."""
		usual = any(each.first <= day <= (each.last or day) for each in self.rosters) or bool(
			self._weekly[day.weekday()]
		)
		return not self.hours_on(day) and (usual or day in self.closed)

	def days(self, first: date, last: date) -> list[tuple[Interval, ...]]:
		"""The open time of each day from `first` to `last`, both included, that has any; the hours after midnight are the day's.

		Of a wall time that the clock shows twice the first counts for a start and the last for an end, so a shift over the
		change is an hour longer or shorter, as it is in life.
		"""
		found = []
		for offset in range((last - first).days + 1):
			day = first + offset * ONE_DAY
			spans = []
			for start, end in self.hours_on(day):
				end_day = day if end > start else day + ONE_DAY
				spans.append(
					(minute_at(day, start, self.zone), minute_at(end_day, end, self.zone, last=True))
				)
			if spans:
				open_spans = subtract(merge(spans), self.time_off)
				if open_spans:
					found.append(open_spans)
		return found


def working_intervals(
	shifts: Iterable[Shift],
	zone: tzinfo,
	first: date,
	last: date,
	closed: Collection[date] = frozenset(),
	time_off: Iterable[Interval] = (),
) -> tuple[Interval, ...]:
	"""Open time from `first` to `last`, both included, as UTC minutes, of a resource with weekly hours."""
	schedule = Schedule(zone, tuple(shifts), closed=frozenset(closed), time_off=merge(time_off))
	return merge(span for spans in schedule.days(first, last) for span in spans)


def local_days(first: int, last: int, zone: tzinfo) -> tuple[date, date]:
	"""The first and the last local day that [first, last) in UTC minutes touches."""
	begin = from_minutes(first).astimezone(zone).date()
	return begin, from_minutes(max(first, last - 1)).astimezone(zone).date()


def day_span(day: date, zone: tzinfo) -> Interval:
	"""A local day in UTC minutes: 23, 24 or 25 hours."""
	return minute_at(day, MIDNIGHT, zone), minute_at(day + ONE_DAY, MIDNIGHT, zone)


def grid_anchors(first: int, last: int, grid: int, zone: tzinfo) -> tuple[Interval, ...]:
	"""Where the grid of a search over [first, last) begins anew, as `SlotQuery.anchors` takes it.

	Clocks in `zone` show whole grid steps since midnight at each start, on the days when they change as well.
	"""
	begin, end = local_days(first, last, zone)
	found: list[Interval] = []
	for offset in range((end - begin).days + 1):
		day = begin + offset * ONE_DAY
		for start, zero in _zeros(day, zone):
			if not found or (zero - found[-1][1]) % grid:
				found.append((start, zero))
	return tuple(found)


@lru_cache(maxsize=1024)
def _zeros(day: date, zone: tzinfo) -> tuple[Interval, ...]:
	"""The minutes of a local day from which on its clock runs evenly, each with the minute when it would have shown midnight."""
	start, end = day_span(day, zone)
	if not changes_on(day, zone):
		return ((start, start),)
	found: list[Interval] = []
	for minute in range(start, end):
		local = from_minutes(minute).astimezone(zone)
		zero = minute - local.hour * 60 - local.minute
		if not found or found[-1][1] != zero:
			found.append((minute, zero))
	return tuple(found)
