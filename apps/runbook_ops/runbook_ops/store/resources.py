"""Resources and their calendars, kept in the process for as long as their stamps stand (see `stamps`)."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta, tzinfo

import frappe

from ..core.eligibility import Requirement, ResourceFacts, crew_members, needs_for
from ..core.hours import Schedule, local_days
from ..core.slots import Calendar, Need
from ..core.strips import Frame
from ..core.timeline import Interval, merge
from ..core.travel import Stop, Travel, homes
from ..site_time import utc_now
from . import stamps
from .claims import busy_intervals
from .resource_rows import read_resources

KEPT_DAYS = 60
"""So far back days and absences are kept; who asks for earlier ones has them read again."""
MOST_KEPT = 20_000
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True)
class WorkingTime:
	"""When a resource works, before claims: open UTC minutes, the days it is closed, and the zone that its days are in."""

	open: tuple[Interval, ...]
	closed: frozenset[date]
	zone: tzinfo


@dataclass(frozen=True)
class Known:
	"""What resources are and when they work, read from the site under one stamp, with what was worked out from it."""

	stamp: str
	since: date
	facts: Mapping[str, ResourceFacts]
	schedules: Mapping[str, Schedule]
	travel: Travel
	members: Mapping[str, tuple[str, ...]]
	areas: Mapping[str, str]
	_worked_out: dict[tuple, object] = field(default_factory=dict)

	def needs(
		self,
		requirements: Sequence[Requirement],
		only: Collection[str],
		territory: str | None,
		prefer: Sequence[str] = (),
	) -> tuple[Need, ...]:
		"""Who could fill the requirements, the preferred ones first; `only` narrows the choice among the kinds that it names."""
		key = ("needs", tuple(requirements), tuple(only), territory, tuple(prefer))
		return self._once(key, lambda: self._needs(requirements, only, territory, prefer))

	def is_served(self, territory: str | None, served: Collection[str]) -> bool:
		"""Whether a place in a territory lies in one of those that are served; none named means everywhere."""
		around = self.around(territory)
		return not around or not served or any(name in served for name in around)

	def around(self, territory: str | None) -> tuple[str, ...]:
		"""A territory and those that it lies in, the nearest first; none for the root of all, which says nothing about a place."""
		found = [territory or ""]
		while found[-1] in self.areas:
			found.append(self.areas[found[-1]])
		return tuple(found) if len(found) > 1 else ()

	def working_days(self, name: str, start: int, end: int) -> Sequence[tuple[Interval, ...]]:
		"""The open time of each working day that reaches into [start, end), those of a night shift whole."""
		schedule = self.schedules.get(name)
		if schedule is None:
			return ()
		first, last = local_days(start, end, schedule.zone)
		key = ("days", name, first, last)
		return self._once(key, lambda: schedule.days(first - ONE_DAY, last))

	def homes(self, name: str, frame: Frame, way: int) -> Sequence[Stop]:
		"""When a resource is at its base, which is so many minutes off; a day's pauses lie between its first and its last open minute."""
		return self._once(("homes", name, frame, way > 0), lambda: self._homes(name, frame, way))

	def _homes(self, name: str, frame: Frame, way: int) -> Sequence[Stop]:
		end = frame.origin + frame.step * frame.count
		days = merge((day[0][0], day[-1][1]) for day in self.working_days(name, frame.origin, end))
		return homes(days, self.facts[name].base, way)

	def open_strip(self, name: str, frame: Frame) -> int:
		"""The ticks in which a resource works; a crew when all its people do, in its own hours if it has some."""
		return self._once(("strip", name, frame), lambda: self._open_strip(name, frame))

	def _open_strip(self, name: str, frame: Frame) -> int:
		end = frame.origin + frame.step * frame.count
		days = self.working_days(name, frame.origin, end)
		own = frame.inside(merge(span for day in days for span in day))
		people = self.facts[name].members if name in self.facts else ()
		if not people:
			return own
		schedule = self.schedules[name]
		if not schedule.shifts and not schedule.rosters:
			own = frame.whole & ~frame.touched(schedule.time_off)
		for member in people:
			own &= self.open_strip(member, frame)
		return own

	def _needs(
		self,
		requirements: Sequence[Requirement],
		only: Collection[str],
		territory: str | None,
		prefer: Sequence[str],
	) -> tuple[Need, ...]:
		first = {name: place for place, name in enumerate(reversed(prefer), 1)}
		ordered = dict(sorted(self.facts.items(), key=lambda fact: -first.get(fact[0], 0)))
		needs = needs_for(requirements, ordered, self.around(territory))
		kinds = {self.facts[name].kind for name in only if name in self.facts}
		allowed = {name for name, facts in self.facts.items() if name in only or facts.kind not in kinds}
		return tuple(
			replace(need, candidates=tuple(name for name in need.candidates if name in allowed))
			for need in needs
		)

	def _once(self, key: tuple, work):
		found = self._worked_out.get(key)
		if found is None:
			if len(self._worked_out) > MOST_KEPT:
				self._worked_out.clear()
			found = self._worked_out[key] = work()
		return found


_known: dict[str, Known] = {}


@dataclass(frozen=True)
class Sight:
	"""What one transaction sees: what is known, the stamps of those it asked for, and whether it had to be read anew."""

	known: Known
	stamps: Mapping[str, str]
	is_fresh: bool


def known(since: date | None = None) -> Known:
	"""What resources are and when they work, as this transaction sees it; days from `since` on at least."""
	return _see(lambda _known: (), since or _recent()).known


def known_with_stamps(names_of: Callable[[Known], Collection[str]], start: int) -> Sight:
	"""The same for a search from a UTC minute on, with the stamps of the resources that the caller names, in one query."""
	return _see(names_of, min(first_day(start), _recent()))


def first_day(start: int) -> date:
	"""The earliest day whose hours can reach a UTC minute, in any zone."""
	return date.fromordinal(date(1970, 1, 1).toordinal() + start // (24 * 60) - 2)


def _recent() -> date:
	return utc_now().date() - timedelta(days=KEPT_DAYS // 2)


def _see(names_of: Callable[[Known], Collection[str]], since: date) -> Sight:
	kept = _known.get(frappe.local.site)
	if kept is not None and kept.since <= since:
		found = stamps.read((stamps.RESOURCES, *names_of(kept)))
		if found.get(stamps.RESOURCES, "") == kept.stamp:
			return Sight(kept, found, False)
	fresh, found = _read(min(since, utc_now().date() - timedelta(days=KEPT_DAYS)))
	if stamps.may_keep(fresh.stamp):
		_known[frappe.local.site] = fresh
	asked = (stamps.RESOURCES, *names_of(fresh))
	return Sight(fresh, {name: found[name] for name in asked if name in found}, True)


def _read(since: date) -> tuple[Known, Mapping[str, str]]:
	data = read_resources(since)
	stamp = data.stamps.get(stamps.RESOURCES, "")
	members = crew_members(data.facts)
	return Known(stamp, since, data.facts, data.schedules, data.travel, members, data.areas), data.stamps


def load_facts() -> Mapping[str, ResourceFacts]:
	"""What each resource is and can do."""
	return known().facts


def load_working_time(resources: Collection[str], start: int, end: int) -> Mapping[str, WorkingTime]:
	"""When each resource works within [start, end) in minutes and the rest of those days; one query at most."""
	names = tuple(resources)
	if not names:
		return {}
	found = known(first_day(start))
	return {name: working_time_of(found, name, start, end) for name in names if name in found.schedules}


def load_calendars(
	resources: Collection[str], start: int, end: int, apart_from: str | None = None
) -> Mapping[str, Calendar]:
	"""Open and claimed time of each resource within [start, end), in minutes; without the claims of one holder."""
	busy = busy_intervals(tuple(resources), start, end, apart_from)
	return {
		name: Calendar(working.open, busy.get(name, ()))
		for name, working in load_working_time(resources, start, end).items()
	}


def working_time_of(found: Known, name: str, start: int, end: int) -> WorkingTime:
	"""When one of those that are known works; KeyError for who is not."""
	schedule = found.schedules[name]
	first, last = local_days(start, end, schedule.zone)
	closed = frozenset(
		day
		for day in (first + offset * ONE_DAY for offset in range(-1, (last - first).days + 2))
		if schedule.is_closed(day)
	)
	spans = merge(span for day in found.working_days(name, start, end) for span in day)
	return WorkingTime(spans, closed, schedule.zone)
