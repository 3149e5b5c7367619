"""Time as strips of bits: one bit a tick, so that weeks are searched in a few operations on whole integers."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from .timeline import Interval


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
		digits = bytearray(b"0") * count
		for start, end in intervals:
			first, last = max(0, -((origin - start) // step)), min(count, (end - origin) // step)
			if first < last:
				digits[count - last : count - first] = b"1" * (last - first)
		return int(digits, 2) if count else 0

	def touched(self, intervals: Iterable[Interval]) -> int:
		"""The ticks that share a minute with one of the intervals."""
		origin, step, count = self.origin, self.step, self.count
		digits = bytearray(b"0") * count
		for start, end in intervals:
			first, last = max(0, (start - origin) // step), min(count, -((origin - end) // step))
			if first < last and start < end:
				digits[count - last : count - first] = b"1" * (last - first)
		return int(digits, 2) if count else 0

	def grid(self, grid: int, zero: int, first: int, last: int) -> int:
		"""The ticks that begin at `zero` or a multiple of `grid` minutes from it, within [first, last)."""
		start = max(first, self.origin)
		start += (zero - start) % grid
		end = min(last, self.origin + self.step * self.count)
		if start >= end:
			return 0
		times = -(-(end - start) // grid)
		return _comb(grid // self.step, times) << ((start - self.origin) // self.step)


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
