"""What claims resources' time, a stretch of weeks at a time, kept in the process for as long as their stamps stand (see `stamps`)."""

from array import array
from collections import OrderedDict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from operator import itemgetter
from struct import Struct

import frappe

from ..core.booking import GRAIN_MINUTES
from ..core.strips import Frame, fill
from ..core.travel import Point, Rounds, Stop, point
from . import stamps
from .claims import LONGEST_MINUTES, MILLION

BLOCK_DAYS = 4
BLOCK_MINUTES = BLOCK_DAYS * 24 * 60
MOST_KEPT = 2_000
"""So many resources a process keeps in memory, the ones asked for last; a busy person's 40 days take about 20 kB."""
MOST_KEPT_DAYS = 120

ZERO = 1 << 30
"""Added to each number that comes as four bytes, so that it has four, and none that is negative."""

CLAIMED = """set statement group_concat_max_len = 16777216 for
	select resource, group_concat(char({zero} - %(first)s + start_minute div {grain},
	{zero} - %(first)s + (end_minute + {grain} - 1) div {grain}{places}) separator '')
	from `tabResource Claim` force index (resource_time_place)
	where resource in %(names)s and start_minute >= %(earliest)s and start_minute < %(end)s and end_minute > %(start)s
	group by resource"""
STOP = Struct(">4I")
PLACES = ", {zero} + latitude_e6, {zero} + longitude_e6"
"""One string of bytes a resource: the driver is written in Python, and a row for each claim takes ten times as long."""

PLAIN = CLAIMED.format(zero=ZERO, grain=GRAIN_MINUTES, places="")
WITH_PLACES = CLAIMED.format(zero=ZERO, grain=GRAIN_MINUTES, places=PLACES.format(zero=ZERO))


@dataclass(frozen=True)
class Busy:
	"""The claims on a resource that reach into a frame, in its ticks, which they may overstep, as the database packed them.

	`placed`: whether each comes with its place.
	"""

	frame: Frame
	packed: bytes = b""
	placed: bool = False
	rounds: dict[tuple[str, Frame, bool], Rounds] = field(default_factory=dict)

	@cached_property
	def strip(self) -> int:
		"""The ticks that are claimed."""
		starts, ends = self._ticks
		if not starts:
			return 0
		count = self.frame.count
		if min(starts) < 0:
			starts = [max(0, start) for start in starts]
		if max(ends) > count:
			ends = [min(count, end) for end in ends]
		return fill(count, starts, ends)

	@cached_property
	def stops(self) -> list[Stop]:
		"""The claims with their places, in their order; UTC minutes."""
		step = self.frame.step
		zero = self.frame.origin - ZERO * step
		found = [
			(start * step + zero, end * step + zero, _place(north, east))
			for start, end, north, east in STOP.iter_unpack(self.packed)
		]
		found.sort(key=itemgetter(0))
		return found

	def within(self, frame: Frame) -> int:
		"""The claimed ticks of a frame that lies in this one."""
		own = self.frame
		if frame.step != own.step:
			minutes = ([own.origin + tick * own.step for tick in ticks] for ticks in self._ticks)
			return frame.touched(zip(*minutes, strict=True))
		return self.strip >> (frame.origin - own.origin) // own.step & frame.whole

	@property
	def _ticks(self) -> tuple[list[int], list[int]]:
		numbers = array("I", self.packed)
		numbers.byteswap()
		each = 4 if self.placed else 2
		starts, ends = numbers[0::each], numbers[1::each]
		return [number - ZERO for number in starts], [number - ZERO for number in ends]

	def covers(self, frame: Frame) -> bool:
		"""Whether all of a frame lies in this one."""
		own, end = self.frame, frame.origin + frame.step * frame.count
		return own.origin <= frame.origin and end <= own.origin + own.step * own.count


def block_frame(start: int, end: int) -> Frame:
	"""The frame of whole blocks around [start, end) in minutes, in ticks of five."""
	first, last = start // BLOCK_MINUTES, -(-end // BLOCK_MINUTES)
	return Frame(first * BLOCK_MINUTES, GRAIN_MINUTES, (last - first) * BLOCK_MINUTES // GRAIN_MINUTES)


_kept: "OrderedDict[tuple[str, str], tuple[str, Busy]]" = OrderedDict()


def load_busy(
	names: Iterable[str], found: Mapping[str, str], frame: Frame, with_places: bool = False
) -> Mapping[str, Busy]:
	"""The claims on each of the resources that reach into a frame of whole blocks; one query for those not at hand.

	`found` are the stamps of this transaction (see `stamps.read`).
	"""
	site = frappe.local.site
	answer: dict[str, Busy] = {}
	missing: list[str] = []
	for name in names:
		stamp, busy = _kept.get((site, name), ("", None))
		if (
			busy is None
			or stamp != found.get(name, "")
			or not busy.covers(frame)
			or (with_places and not busy.placed)
		):
			missing.append(name)
		else:
			answer[name] = busy
	if missing:
		fresh = _read(missing, _widened(missing, found, frame), with_places)
		answer.update(fresh)
		for name, busy in fresh.items():
			_keep((site, name), found.get(name, ""), busy)
	return answer


def _widened(missing: Iterable[str], found: Mapping[str, str], frame: Frame) -> Frame:
	"""The frame together with what is at hand of these under a stamp that stands, so that months looked at in turn stay."""
	start, end = frame.origin, frame.origin + frame.step * frame.count
	for name in missing:
		stamp, busy = _kept.get((frappe.local.site, name), ("", None))
		if busy is not None and stamp == found.get(name, ""):
			own = busy.frame
			start, end = min(start, own.origin), max(end, own.origin + own.step * own.count)
	return block_frame(start, end) if end - start <= MOST_KEPT_DAYS * 24 * 60 else frame


def _keep(key: tuple[str, str], stamp: str, busy: Busy) -> None:
	if not stamps.may_keep(stamp):
		return
	_kept[key] = (stamp, busy)
	_kept.move_to_end(key)
	while len(_kept) > MOST_KEPT:
		_kept.popitem(last=False)


def _read(names: Collection[str], frame: Frame, with_places: bool) -> Mapping[str, Busy]:
	values = {
		"names": tuple(names),
		"first": frame.origin // GRAIN_MINUTES,
		"earliest": frame.origin - LONGEST_MINUTES,
		"start": frame.origin,
		"end": frame.origin + frame.step * frame.count,
	}
	rows = frappe.db.sql(WITH_PLACES if with_places else PLAIN, values)
	found = {name: Busy(frame, packed, with_places) for name, packed in rows}
	nothing = Busy(frame, placed=with_places)
	return {name: found.get(name, nothing) for name in names}


@lru_cache(maxsize=65_536)
def _place(north: int, east: int) -> Point | None:
	return point((north - ZERO) / MILLION, (east - ZERO) / MILLION)
