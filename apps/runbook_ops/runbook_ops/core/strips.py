"""Time as strips of bits: one bit a tick, so that weeks are searched in a few operations on whole integers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .timeline import Interval

BITS = (1, 2, 4, 8, 16, 32, 64, 128)


@dataclass(frozen=True)
class Frame:
	"""`count` ticks of `step` minutes each from `origin`, a UTC minute; bit 0 of a strip is the first tick."""

	origin: int
	step: int
	count: int

	@property
	def whole(self) -> int:
		"""The strip in which every tick is set."""
		return (1 << self.count) - 1

	def inside(self, intervals: Iterable[Interval]) -> int:
		"""The ticks that lie wholly in one of the intervals."""
		origin, step, count = self.origin, self.step, self.count
		ticks = [(-((origin - start) // step), (end - origin) // step) for start, end in intervals]
		ticks = [(first, last) for first, last in ticks if first < last and first < count and last > 0]
		if not ticks:
			return 0
		firsts: Sequence[int]
		lasts: Sequence[int]
		firsts, lasts = zip(*ticks, strict=True)
		if min(firsts) < 0:
			firsts = [first if first > 0 else 0 for first in firsts]
		if max(lasts) > count:
			lasts = [last if last < count else count for last in lasts]
		return fill(count, firsts, lasts)

	def touched(self, intervals: Iterable[Interval]) -> int:
		"""The ticks that share a minute with one of the intervals."""
		origin, step = self.origin, self.step
		return self.inside(
			(origin + (start - origin) // step * step, origin - (origin - end) // step * step)
			for start, end in intervals
			if start < end
		)

	def cut(self, strip: int, start: int, end: int) -> tuple[int, int]:
		"""The ticks of a strip that begin in [start, end): where the first of them begins, and the strip from it on."""
		first, last = (
			min(self.count, max(0, -((self.origin - minute) // self.step))) for minute in (start, end)
		)
		return self.origin + self.step * first, strip >> first & ((1 << max(0, last - first)) - 1)

	def grid(self, grid: int, zero: int, first: int, last: int) -> int:
		"""The ticks that begin at `zero` or a multiple of `grid` minutes from it, within [first, last)."""
		start = max(first, self.origin)
		start += (zero - start) % grid
		end = min(last, self.origin + self.step * self.count)
		if start >= end:
			return 0
		times = -(-(end - start) // grid)
		return _comb(grid // self.step, times) << ((start - self.origin) // self.step)


def fill(count: int, firsts: Sequence[int], lasts: Sequence[int]) -> int:
	"""The strip of `count` ticks in which each span from one of `firsts` to before its one of `lasts` is set.

	No span is empty or reaches out of the strip. The ticks of a span, read as a number, are 2**last - 2**first; so spans that share
	no tick are the difference of two numbers, which has as many bits as they have ticks. Where it has not, some overlap, and
	they are set one by one.
	"""
	begins, ends = _bits(count, firsts), _bits(count, lasts)
	strip = ends - begins
	if begins.bit_count() == ends.bit_count() == len(firsts) and strip.bit_count() == sum(lasts) - sum(
		firsts
	):
		return strip
	digits = bytearray(b"0") * (count + 1)
	for first, last in zip(firsts, lasts, strict=True):
		digits[count + 1 - last : count + 1 - first] = b"1" * (last - first)
	return int(digits, 2)


def _bits(count: int, ticks: Iterable[int]) -> int:
	kept = bytearray((count >> 3) + 1)
	for tick in ticks:
		kept[tick >> 3] |= BITS[tick & 7]
	return int.from_bytes(kept, "little")


@lru_cache(maxsize=256)
def _comb(gap: int, times: int) -> int:
	return ((1 << gap * times) - 1) // ((1 << gap) - 1)


def erode(strip: int, length: int) -> int:
	"""The ticks from which on `length` ticks in a row are set."""
	done = 1
	while done * 2 <= length:
		strip &= strip >> done
		done *= 2
	return strip & (strip >> (length - done)) if length > done else strip


def at_least(quantity: int, strips: Sequence[int]) -> int:
	"""The ticks that are set in at least `quantity` of the strips."""
	levels = [0] * quantity
	for strip in strips:
		for level in range(quantity - 1, 0, -1):
			levels[level] |= levels[level - 1] & strip
		levels[0] |= strip
	return levels[-1]


def positions(strip: int) -> Iterator[int]:
	"""The numbers of the set ticks, rising."""
	digits = bin(strip)
	size = len(digits) - 1
	at = digits.rfind("1")
	while at >= 0:
		yield size - at
		at = digits.rfind("1", 0, at)
