"""How much longer does one thing take than another, on a machine that is busy with other things too?"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from statistics import median

from benchmarks.report import progress

Timed = Callable[[], float]
"""Does the thing once and gives the seconds that count."""


@dataclass(frozen=True)
class Ratio:
	"""Seconds of two things, measured in turns: `over[i]` and `under[i]` are neighbours in time."""

	over: tuple[float, ...]
	under: tuple[float, ...]

	@property
	def value(self) -> float:
		"""The median of the one over the median of the other."""
		return median(self.over) / median(self.under)

	@property
	def each(self) -> tuple[float, ...]:
		"""The ratio of each pair of neighbours."""
		return tuple(one / other for one, other in zip(self.over, self.under, strict=True))

	def told(self, per: int = 1) -> str:
		"""Both medians, for one of `per` things, how many turns, and between which ratios the turns lie."""
		one, other = (span(median(seconds) / per) for seconds in (self.over, self.under))
		return f"{one} / {other}, {len(self.over)} turns {min(self.each):.2f} to {max(self.each):.2f}"


def interleaved(name: str, over: Timed, under: Timed, turns: int) -> Ratio:
	"""Both in turns, A B A B, after a turn of each that does not count."""
	over(), under()
	pairs = []
	for turn in range(turns):
		progress(f"{name}: turn {turn + 1} of {turns}")
		pairs.append((over(), under()))
	return Ratio(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))


def seconds(work: Callable[[], object]) -> float:
	"""How long it takes to do it once."""
	began = time.perf_counter()
	work()
	return time.perf_counter() - began


def span(value: float) -> str:
	"""Seconds as people read them."""
	return f"{value:.1f} s" if value >= 1 else f"{value * 1000:.{1 if value >= 0.01 else 2}f} ms"
