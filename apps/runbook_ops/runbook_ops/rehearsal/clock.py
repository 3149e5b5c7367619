"""A simulated clock: it stands still until the next thing is due, and then it is that late."""

import heapq
from datetime import datetime
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Clock(Generic[Item]):
	"""Things in the order of their time; of those at the same moment the lower rank goes first, then who came first."""

	def __init__(self, now: datetime):
		self.now = now
		self._heap: list[tuple[datetime, tuple[int, ...], int, Item]] = []
		self._count = 0

	def at(self, moment: datetime, item: Item, rank: tuple[int, ...] = ()) -> None:
		"""Let `item` come up at `moment`; a moment that has passed is now."""
		self._count += 1
		heapq.heappush(self._heap, (max(moment, self.now), rank, self._count, item))

	def next(self) -> Item | None:
		"""Go to the next thing's time and give it; None when nothing is left."""
		if not self._heap:
			return None
		self.now, _, _, item = heapq.heappop(self._heap)
		return item
