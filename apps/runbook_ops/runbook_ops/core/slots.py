"""Open slots: which starts leave every needed resource free, over interval arithmetic and never over records."""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .timeline import Interval, covered_at_least, intersect, merge, subtract


@dataclass(frozen=True)
class Calendar:
	"""One resource's time: when it works and what already claims it (buffers included), sorted and disjoint."""

	open: tuple[Interval, ...]
	busy: tuple[Interval, ...] = ()


@dataclass(frozen=True)
class Need:
	"""`quantity` different resources out of `candidates`, the preferred ones first."""

	candidates: tuple[str, ...]
	quantity: int = 1


@dataclass(frozen=True)
class SlotQuery:
	"""What is looked for, in minutes; starts lie in [earliest, latest) and on the grid.

	`members`: crew -> its people; a crew and one of its own people never fill two places of the same visit.
	"""

	duration: int
	needs: tuple[Need, ...]
	earliest: int
	latest: int
	buffer_before: int = 0
	buffer_after: int = 0
	grid: int = 15
	members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Slot:
	"""An open place for a visit: start and end as UTC minutes without buffers, and the resources that would do it."""

	start: int
	end: int
	resources: tuple[str, ...]


def possible_starts(query: SlotQuery, calendar: Calendar) -> tuple[Interval, ...]:
	"""Starts at which one resource can do the visit: inside its hours, buffers clear of every claim."""
	open_starts = [
		(start, end - query.duration + 1) for start, end in calendar.open if end - start >= query.duration
	]
	lead = query.duration + query.buffer_after
	blocked = merge((start - lead + 1, end + query.buffer_before) for start, end in calendar.busy)
	return subtract(open_starts, blocked)


def open_slots(
	query: SlotQuery, calendars: Mapping[str, Calendar], limit: int | None = None
) -> tuple[Slot, ...]:
	"""Open slots in time order, at most `limit`; a candidate without a calendar is never free."""
	found: list[Slot] = []
	for slot in iterate_slots(query, calendars):
		if limit is not None and len(found) >= limit:
			break
		found.append(slot)
	return tuple(found)


def iterate_slots(query: SlotQuery, calendars: Mapping[str, Calendar]) -> Iterator[Slot]:
	"""Open slots in time order, made as they are asked for."""
	starts = {
		name: possible_starts(query, calendars[name])
		for need in query.needs
		for name in need.candidates
		if name in calendars
	}
	windows: Sequence[Interval] = ((query.earliest, query.latest),)
	for need in query.needs:
		enough = covered_at_least([starts[name] for name in need.candidates if name in starts], need.quantity)
		windows = intersect(windows, enough)
	for first, last in windows:
		for start in range(-(-first // query.grid) * query.grid, last, query.grid):
			free = {name for name, intervals in starts.items() if _inside(intervals, start)}
			chosen = choose_resources(query.needs, free.__contains__, query.members)
			if chosen is not None:
				yield Slot(start, start + query.duration, chosen)


def choose_resources(
	needs: Sequence[Need],
	is_free: Callable[[str], bool],
	members: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[str, ...] | None:
	"""One resource for each place that the needs ask for, none twice, preferred ones first; None when that can't be.

	`members`: crew -> its people, who are busy with a chosen crew.
	"""
	places = [need.candidates for need in needs for _ in range(need.quantity)]
	bodies = members or {}
	chosen: list[str] = []

	def fill(index: int, taken: frozenset[str]) -> bool:
		if index == len(places):
			return True
		for name in places[index]:
			whole = {name, *bodies.get(name, ())}
			if taken.isdisjoint(whole) and is_free(name):
				chosen.append(name)
				if fill(index + 1, taken | whole):
					return True
				chosen.pop()
		return False

	return tuple(chosen) if fill(0, frozenset()) else None


def _inside(intervals: Sequence[Interval], minute: int) -> bool:
	position = bisect_right(intervals, (minute, 1 << 62)) - 1
	return position >= 0 and intervals[position][0] <= minute < intervals[position][1]
