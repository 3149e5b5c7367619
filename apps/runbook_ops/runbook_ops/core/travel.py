"""The way between visits: an estimate from the straight line, and what it leaves of a resource's day."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate
from math import asin, ceil, cos, dist, radians, sin
from operator import gt, itemgetter

from .timeline import Interval

EARTH_DIAMETER_KM = 12_742.0
DETOUR = 1.3
"""Roads are longer than the straight line, by about this factor in towns."""

TOLERANCE = 1e-9
FOREVER = 1 << 40

Point = tuple[float, float, float]
"""A place on the unit sphere: the straight line between two of them gives the great circle, as the haversine formula does."""

Stop = tuple[int, int, Point | None]
"""Claimed time, from and to in UTC minutes, and where it is spent; None where that is not known."""


@dataclass(frozen=True)
class Travel:
	"""How the way is estimated: `minimum` minutes and the detour-corrected line at `speed_kmh`."""

	speed_kmh: float = 35.0
	minimum: int = 2

	def minutes(self, one: Point | None, other: Point | None) -> int:
		"""Whole minutes from one place to another; the minimum when a place, or the speed, is not known."""
		return self.ways((one,), other)[0]

	def ways(
		self, places: Sequence[Point | None], here: Point | None, base: Point | None = None
	) -> list[int]:
		"""Whole minutes between each of the places and `here`; `base` is the very object that comes twice a day."""
		least = self.minimum
		if here is None or self.speed_kmh <= 0:
			return [least] * len(places)
		pace = DETOUR * EARTH_DIAMETER_KM / self.speed_kmh * 60
		offset = least - TOLERANCE
		home = self.minutes(base, here) if base else least
		return [
			home
			if place is base
			else least
			if place is None
			else ceil(offset + pace * asin(min(1.0, dist(place, here) / 2)))
			for place in places
		]


@lru_cache(maxsize=65_536)
def point(latitude: float | None, longitude: float | None) -> Point | None:
	"""A place from degrees; None when it is not given, as nobody lives at 0, 0."""
	if not latitude and not longitude:
		return None
	north, east = radians(latitude or 0.0), radians(longitude or 0.0)
	return cos(north) * cos(east), cos(north) * sin(east), sin(north)


@dataclass(frozen=True)
class Rounds:
	"""A resource's days in the field: where it is from when to when, home at both ends of a day's work, in order.

	`places[i]` is where the gap from `ends[i]` to `starts[i]` begins, `places[i + 1]` where it ends.
	"""

	ends: tuple[int, ...]
	starts: tuple[int, ...]
	places: tuple[Point | None, ...]
	base: Point | None = None

	def free(
		self, here: Point | None, travel: Travel, within: Interval = (-FOREVER, FOREVER)
	) -> list[Interval]:
		"""The time in which a visit `here` can be, buffers included: each gap less the way from before and to what follows.

		Gaps that do not reach `within` are left out.
		"""
		first, last = bisect_right(self.starts, within[0]), bisect_left(self.ends, within[1])
		ways = travel.ways(self.places[first : last + 1], here, self.base)
		return [
			(end + before, start - after)
			for end, start, before, after in zip(
				self.ends[first:last], self.starts[first:last], ways, ways[1:], strict=False
			)
			if end + before < start - after
		]


def rounds(stops: Sequence[Stop], homes: Sequence[Stop] = ()) -> Rounds:
	"""The gaps between claims that lie apart, sorted ones, and the time at home, which is all at one place.

	Only the neighbour before and the neighbour after count; what lies within one that began earlier, such as a visit at night,
	is no neighbour.
	"""
	found = sorted([*homes, *stops], key=itemgetter(0))
	if not found:
		return Rounds((-FOREVER,), (FOREVER,), (None, None))
	starts, ends, places = zip(*found, strict=True)
	if any(map(gt, ends, starts[1:])):
		clear = tuple(accumulate(ends, max))
		apart = [
			(start, clear_now, place)
			for start, end, place, clear_now, clear_before in zip(
				starts, ends, places, clear, (-FOREVER, *clear), strict=False
			)
			if end > clear_before or start >= clear_before
		]
		starts, ends, places = zip(*apart, strict=True)
	return Rounds(
		(-FOREVER, *ends), (*starts, FOREVER), (None, *places, None), homes[0][2] if homes else None
	)


def homes(days: Iterable[Interval], base: Point | None, way: int) -> list[Stop]:
	"""When a resource is at its base: through the nights between its days; with no `way` there, only where a day begins and ends.

	Nowhere without a base: then the day begins and ends with the visits.
	"""
	if base is None:
		return []
	edges = [minute for day in days for minute in day]
	if way <= 0:
		return [(minute, minute, base) for minute in edges]
	edges = [-FOREVER, *edges, FOREVER]
	return [(evening, morning, base) for evening, morning in zip(edges[::2], edges[1::2], strict=True)]
