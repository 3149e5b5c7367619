"""The way between visits: an estimate from the straight line, and what it leaves of a resource's day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import asin, ceil, cos, dist, radians, sin
from operator import itemgetter

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

	def ways(self, places: Sequence[Point | None], here: Point | None) -> list[int]:
		"""Whole minutes between each of the places and `here`."""
		least = self.minimum
		if here is None or self.speed_kmh <= 0:
			return [least] * len(places)
		pace = DETOUR * EARTH_DIAMETER_KM / self.speed_kmh * 60
		offset = least - TOLERANCE
		return [
			least if place is None else ceil(offset + pace * asin(min(1.0, dist(place, here) / 2)))
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

	def free(self, here: Point | None, travel: Travel) -> list[Interval]:
		"""The time in which a visit `here` can be, buffers included: each gap less the way from before and to what follows."""
		if here is None:
			least = travel.minimum
			return [
				(end + least, start - least)
				for end, start in zip(self.ends, self.starts, strict=True)
				if end + least < start - least
			]
		ways = travel.ways(self.places, here)
		return [
			(end + before, start - after)
			for end, start, before, after in zip(self.ends, self.starts, ways, ways[1:], strict=False)
			if end + before < start - after
		]


def rounds(stops: Sequence[Stop], days: Iterable[Interval], base: Point | None) -> Rounds:
	"""The gaps between claims, sorted ones, and the ends of the days' work, which begins and ends at the base.

	Without a base the day begins and ends with the visits. Only the neighbour before and the neighbour after count.
	"""
	homes = [(minute, minute, base) for day in days for minute in day] if base else []
	ends: list[int] = [-FOREVER]
	starts: list[int] = []
	places: list[Point | None] = [None]
	clear_from = -FOREVER
	for start, end, place in sorted([*stops, *homes], key=itemgetter(0, 1)):
		if end <= clear_from and start < clear_from:
			continue
		starts.append(start)
		clear_from = max(clear_from, end)
		ends.append(clear_from)
		places.append(place)
	return Rounds(tuple(ends), (*starts, FOREVER), (*places, None))
