"""Open slots: which starts leave every needed resource free, for visits of one or several parts, never over records."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from math import gcd
from typing import NamedTuple

from .strips import Frame, at_least, erode, positions
from .timeline import Interval


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
class Part:
	"""One service of a visit, in minutes.

	It lasts as long as its lead takes, the first chosen resource with an entry in `durations`, else `duration`. Its buffers
	keep its resources free of other visits; parts of the same visit may lie in them.
	"""

	duration: int
	needs: tuple[Need, ...]
	buffer_before: int = 0
	buffer_after: int = 0
	durations: Mapping[str, int] = field(default_factory=dict)

	def takes(self, resources: Sequence[str]) -> int:
		"""How long it lasts with these resources, in the order of its needs."""
		return next((self.durations[name] for name in resources if name in self.durations), self.duration)

	@cached_property
	def lengths(self) -> tuple[int, ...]:
		"""Every duration that it can have, rising."""
		own = {
			self.durations[name] for need in self.needs for name in need.candidates if name in self.durations
		}
		return tuple(sorted({self.duration, *own}))

	@property
	def is_plain(self) -> bool:
		"""Whether one resource does it."""
		return len(self.needs) == 1 and self.needs[0].quantity == 1


@dataclass(frozen=True)
class SlotQuery:
	"""What is looked for, in minutes: parts that follow one another, the first of which starts in [earliest, latest).

	`members`: crew -> its people; a crew and one of its own people never fill two places of the same part.
	`anchors`: (from, zero) pairs, rising: from that UTC minute on, starts lie whole grid steps from `zero`; empty means from 0.
	"""

	parts: tuple[Part, ...]
	earliest: int
	latest: int
	grid: int = 15
	members: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
	anchors: tuple[Interval, ...] = ()

	@property
	def before(self) -> int:
		"""Minutes before the earliest start that the answer depends on."""
		return max(part.buffer_before for part in self.parts)

	@property
	def after(self) -> int:
		"""Minutes after the latest start that the answer depends on."""
		return sum(part.lengths[-1] for part in self.parts) + max(part.buffer_after for part in self.parts)

	@property
	def step(self) -> int:
		"""The longest tick that all starts, lengths and buffers are multiples of."""
		numbers = [self.grid, *(zero for _, zero in self.anchors)]
		for part in self.parts:
			numbers += [part.buffer_before, part.buffer_after, *part.lengths]
		return gcd(*numbers)

	def frame(self, step: int = 0) -> Frame:
		"""The ticks that the answer depends on; `step` divides `self.step`, and 0 means that."""
		step = step or self.step
		origin = (self.earliest - self.before) // step * step
		return Frame(origin, step, -(-(max(self.latest, self.earliest) + self.after - origin) // step))


class Placed(NamedTuple):
	"""A part with its time, UTC minutes without buffers, and who and what it is done with."""

	start: int
	end: int
	resources: tuple[str, ...]


class Slot(NamedTuple):
	"""An open place for a visit: start and end as UTC minutes without buffers, all its resources, and its parts."""

	start: int
	end: int
	resources: tuple[str, ...]
	parts: tuple[Placed, ...]


class Strips(NamedTuple):
	"""One resource's time in a frame: the ticks in which it works, and those that nothing claims."""

	open: int
	free: int


def strips_of(calendar: Calendar, frame: Frame) -> Strips:
	"""A calendar as a search takes it."""
	return Strips(frame.inside(calendar.open), frame.whole & ~frame.touched(calendar.busy))


def open_slots(
	query: SlotQuery, calendars: Mapping[str, Calendar], limit: int | None = None
) -> tuple[Slot, ...]:
	"""Open slots in time order, at most `limit`; a candidate without a calendar is never free."""
	return Search.of(query, calendars).slots(limit)


def open_starts(query: SlotQuery, calendars: Mapping[str, Calendar]) -> tuple[int, ...]:
	"""The starts of all open slots, as UTC minutes in time order."""
	return Search.of(query, calendars).starts()


class Search:
	"""A query over the strips of its candidates."""

	def __init__(self, query: SlotQuery, frame: Frame, strips: Mapping[str, Strips]):
		self.query = query
		self.frame = frame
		self.strips = strips
		self._starts: dict[tuple[int, str, int], int] = {}
		self._bytes: dict[tuple[int | str, ...], bytes] = {}
		self._dead: set[tuple[int, int]] = set()
		self.reach = self._reach()

	@classmethod
	def of(cls, query: SlotQuery, calendars: Mapping[str, Calendar]) -> "Search":
		"""The search over calendars as intervals."""
		frame = query.frame()
		names = {name for part in query.parts for need in part.needs for name in need.candidates}
		return cls(
			query, frame, {name: strips_of(calendars[name], frame) for name in names if name in calendars}
		)

	def starts(self) -> tuple[int, ...]:
		"""The starts of all open slots, in time order."""
		origin, step = self.frame.origin, self.frame.step
		return tuple(origin + step * tick for tick in positions(self.exact()))

	def exact(self) -> int:
		"""The ticks at which open slots start."""
		strip = self.reach[0]
		if all(part.is_plain for part in self.query.parts):
			return strip
		return sum(1 << tick for tick in positions(strip) if self._place(0, tick, ()) is not None)

	def slots(self, limit: int | None = None) -> tuple[Slot, ...]:
		"""Open slots in time order, at most `limit`."""
		only = self.query.parts[0]
		if len(self.query.parts) == 1 and only.is_plain:
			return self._plain(only, limit)
		return tuple(islice(self._placed(), limit))

	def _plain(self, part: Part, limit: int | None) -> tuple[Slot, ...]:
		"""One part that one resource does: each start goes to the first that is free, strip by strip."""
		ticks = list(islice(positions(self.reach[0]), limit))
		if not ticks:
			return ()
		left = self.reach[0] & ((1 << ticks[-1] + 1) - 1)
		doer: dict[int, str] = {}
		for name in part.needs[0].candidates:
			if not left:
				break
			mine = left & self._starts_of(0, name, part.takes((name,)))
			if mine:
				left ^= mine
				doer.update(dict.fromkeys(positions(mine), name))
		found = []
		for tick in ticks:
			who = (doer[tick],)
			start = self.frame.origin + self.frame.step * tick
			end = start + part.takes(who)
			found.append(Slot(start, end, who, (Placed(start, end, who),)))
		return tuple(found)

	def _placed(self) -> Iterator[Slot]:
		"""Open slots of any visit, made as they are asked for."""
		for tick in positions(self.reach[0]):
			placed = self._place(0, tick, ())
			if placed:
				everybody = tuple(dict.fromkeys(name for part in placed for name in part.resources))
				yield Slot(placed[0].start, placed[-1].end, everybody, placed)

	def _place(self, index: int, tick: int, before: tuple[str, ...]) -> tuple[Placed, ...] | None:
		"""The parts from `index` on, the first at `tick`, after one that `before` did; None when that can't be.

		Whether the rest can follow depends on how long this part takes and not on who does it, so one team a length is enough.
		"""
		if index == len(self.query.parts):
			return ()
		if (index, tick) in self._dead or not self._is_set(("reach", index), self.reach[index], tick):
			return None
		part = self.query.parts[index]
		for team in self._teams(part, index, tick, before):
			length = part.takes(team)
			rest = self._place(index + 1, tick + length // self.frame.step, team)
			if rest is not None:
				start = self.frame.origin + self.frame.step * tick
				return (Placed(start, start + length, team), *rest)
		self._dead.add((index, tick))
		return None

	def _teams(self, part: Part, index: int, tick: int, before: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
		"""Those who could do a part at a tick, the preferred ones first; one team for each length at least."""
		needs = part.needs
		if len(self.query.parts) > 1:
			needs = tuple(
				Need(self._by_preference(need.candidates, index, tick, before), need.quantity)
				for need in needs
			)
		if part.is_plain:
			for name in needs[0].candidates:
				if self._free_for(index, part.takes((name,)), tick, name):
					yield (name,)
			return
		order = [part.durations.get(name, part.duration) for need in needs for name in need.candidates]
		for length in dict.fromkeys((*order, part.duration)):
			free = partial(self._free_for, index, length, tick)
			for team in teams(needs, free, self.query.members):
				if part.takes(team) == length:
					yield team
					break

	def _by_preference(
		self, names: tuple[str, ...], index: int, tick: int, before: tuple[str, ...]
	) -> tuple[str, ...]:
		"""First who did the part before, then who can go on longest with the parts that follow."""
		return tuple(sorted(names, key=lambda name: (name not in before, -self._run(name, index, tick))))

	def _run(self, name: str, index: int, tick: int) -> int:
		"""How many of the parts that follow a resource could do as well, in a row."""
		done = 0
		for later in range(index + 1, len(self.query.parts)):
			tick += self.query.parts[later - 1].takes((name,)) // self.frame.step
			part = self.query.parts[later]
			fits = any(name in need.candidates for need in part.needs)
			if not fits or not self._free_for(later, part.takes((name,)), tick, name):
				break
			done += 1
		return done

	def _free_for(self, index: int, length: int, tick: int, name: str) -> bool:
		return self._is_set((index, name, length), self._starts_of(index, name, length), tick)

	def _is_set(self, key: tuple[int | str, ...], strip: int, tick: int) -> bool:
		"""Whether a tick is set; the strip is kept as bytes, since a shift of the whole would copy it each time."""
		kept = self._bytes.get(key)
		if kept is None:
			kept = self._bytes[key] = strip.to_bytes(self.frame.count // 8 + 1, "little")
		return tick < self.frame.count and bool(kept[tick >> 3] >> (tick & 7) & 1)

	def _starts_of(self, index: int, name: str, length: int) -> int:
		"""The ticks at which a resource can begin a part of that length: inside its hours, buffers clear of every claim."""
		key = (index, name, length)
		found = self._starts.get(key)
		if found is None:
			found = self._starts[key] = self._find_starts(self.query.parts[index], name, length)
		return found

	def _find_starts(self, part: Part, name: str, length: int) -> int:
		strips = self.strips.get(name)
		if strips is None:
			return 0
		step = self.frame.step
		before = part.buffer_before // step
		ticks = length // step
		clear = erode(strips.free, before + ticks + part.buffer_after // step) << before
		return clear & erode(strips.open, ticks)

	def _reach(self) -> tuple[int, ...]:
		"""For each part the ticks from which it and all that follow can be done, as far as each need for itself tells."""
		query, frame = self.query, self.frame
		found: list[int] = []
		for index in range(len(query.parts) - 1, -1, -1):
			part = query.parts[index]
			here = 0
			for length in part.lengths:
				able = self._able(part, index, length)
				here |= able & (found[-1] >> length // frame.step) if found else able
			found.append(here)
		found[-1] &= self._grid()
		return tuple(reversed(found))

	def _able(self, part: Part, index: int, length: int) -> int:
		"""The ticks at which each need for itself finds enough for a part of that length."""
		able = self.frame.whole
		for need in part.needs:
			names = need.candidates
			if part.is_plain:
				names = tuple(name for name in names if part.durations.get(name, part.duration) == length)
			able &= at_least(need.quantity, [self._starts_of(index, name, length) for name in names])
		return able

	def _grid(self) -> int:
		"""The ticks at which the visit may start."""
		query = self.query
		anchors = query.anchors or ((query.earliest, 0),)
		ends = [begin for begin, _ in anchors[1:]] + [query.latest]
		strip = 0
		for (begin, zero), end in zip(anchors, ends, strict=True):
			first, last = max(begin, query.earliest), min(end, query.latest)
			strip |= self.frame.grid(query.grid, zero, first, last)
		return strip


def choose_resources(
	needs: Sequence[Need],
	is_free: Callable[[str], bool],
	members: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[str, ...] | None:
	"""One resource for each place that the needs ask for, none twice, preferred ones first; None when that can't be.

	`members`: crew -> its people, who are busy with a chosen crew.
	"""
	return next(teams(needs, is_free, members or {}), None)


def teams(
	needs: Sequence[Need], is_free: Callable[[str], bool], members: Mapping[str, tuple[str, ...]]
) -> Iterator[tuple[str, ...]]:
	"""Every way to fill the places that the needs ask for, as `choose_resources` prefers them."""
	places = [need.candidates for need in needs for _ in range(need.quantity)]

	def fill(chosen: tuple[str, ...], taken: frozenset[str]) -> Iterator[tuple[str, ...]]:
		if len(chosen) == len(places):
			yield chosen
			return
		for name in places[len(chosen)]:
			whole = {name, *members.get(name, ())}
			if taken.isdisjoint(whole) and is_free(name):
				yield from fill((*chosen, name), taken | whole)

	return fill((), frozenset())
