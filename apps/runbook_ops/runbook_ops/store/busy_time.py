"""What claims resources' time, a stretch of weeks at a time, kept in the process for as long as their stamps stand (see `stamps`)."""

import json
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import frappe

from ..core.booking import GRAIN_MINUTES
from ..core.strips import Frame
from ..core.timeline import Interval
from ..core.travel import Rounds, Stop, point
from . import stamps
from .claims import LONGEST_MINUTES, MILLION

BLOCK_DAYS = 8
BLOCK_MINUTES = BLOCK_DAYS * 24 * 60
MOST_KEPT = 2_000
"""So many resources a process keeps in memory, the ones asked for last; a busy person's 40 days take about 35 kB."""
MOST_KEPT_DAYS = 120
LENGTH_BITS = 13

CLAIMED = """set statement group_concat_max_len = 8388608 for
	select resource, group_concat((start_minute div {grain} - %(first)s) * {unit}
	+ (end_minute + {grain} - 1) div {grain} - start_minute div {grain}){places}
	from `tabResource Claim` force index (resource_time_place)
	where resource in %(names)s and start_minute >= %(earliest)s and start_minute < %(end)s and end_minute > %(start)s
	group by resource"""
PLACES = ", group_concat(latitude_e6), group_concat(longitude_e6)"
"""One text a resource: the driver is written in Python, and a row for each claim takes five times as long."""

PLAIN = CLAIMED.format(grain=GRAIN_MINUTES, unit=1 << LENGTH_BITS, places="")
WITH_PLACES = CLAIMED.format(grain=GRAIN_MINUTES, unit=1 << LENGTH_BITS, places=PLACES)


@dataclass(frozen=True)
class Busy:
	"""The claims on a resource that reach into a frame, in their order; places only when they were asked for."""

	frame: Frame
	codes: tuple[int, ...]
	places: tuple[tuple[int, int], ...] | None = None
	rounds: dict[tuple[str, Frame], Rounds] = field(default_factory=dict)

	@cached_property
	def strip(self) -> int:
		"""The ticks that are claimed."""
		count, mask = self.frame.count, (1 << LENGTH_BITS) - 1
		digits = bytearray(b"0") * count
		shift = self._first
		for code in self.codes:
			start, length = (code >> LENGTH_BITS) + shift, code & mask
			first, last = max(0, start), min(count, start + length)
			if first < last:
				digits[count - last : count - first] = b"1" * (last - first)
		return int(digits, 2) if count else 0

	@cached_property
	def stops(self) -> tuple[Stop, ...]:
		"""The claims with their places."""
		return tuple(
			(start, end, point(latitude / MILLION, longitude / MILLION))
			for (start, end), (latitude, longitude) in zip(self._spans(), self.places or (), strict=True)
		)

	@property
	def _first(self) -> int:
		"""The tick from which the codes count."""
		return -(LONGEST_MINUTES // GRAIN_MINUTES)

	def within(self, frame: Frame) -> int:
		"""The claimed ticks of a frame that lies in this one."""
		if frame.step != self.frame.step:
			return frame.touched(self._spans())
		return self.strip >> (frame.origin - self.frame.origin) // frame.step & frame.whole

	def _spans(self) -> Iterator[Interval]:
		origin, mask = self.frame.origin + self._first * GRAIN_MINUTES, (1 << LENGTH_BITS) - 1
		for code in self.codes:
			start = origin + (code >> LENGTH_BITS) * GRAIN_MINUTES
			yield start, start + (code & mask) * GRAIN_MINUTES

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
			or (with_places and busy.places is None)
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
	end = frame.origin + frame.step * frame.count
	earliest = frame.origin - LONGEST_MINUTES // GRAIN_MINUTES * GRAIN_MINUTES
	values = {
		"names": tuple(names),
		"first": earliest // GRAIN_MINUTES,
		"earliest": earliest,
		"start": frame.origin,
		"end": end,
	}
	rows = frappe.db.sql(WITH_PLACES if with_places else PLAIN, values)
	found = {name: _busy(frame, *texts) for name, *texts in rows}
	nothing = Busy(frame, (), () if with_places else None)
	return {name: found.get(name, nothing) for name in names}


def _busy(frame: Frame, codes: str, latitudes: str = "", longitudes: str = "") -> Busy:
	numbers = json.loads(f"[{codes}]")
	if not latitudes:
		return Busy(frame, tuple(numbers))
	places = zip(json.loads(f"[{latitudes}]"), json.loads(f"[{longitudes}]"), strict=True)
	claims = sorted(zip(numbers, places, strict=True))
	return Busy(frame, tuple(code for code, _ in claims), tuple(place for _, place in claims))
