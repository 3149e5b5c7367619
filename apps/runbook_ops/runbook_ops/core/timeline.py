"""Interval arithmetic on whole minutes since 1970-01-01 00:00 UTC, half-open: [start, end)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

Interval = tuple[int, int]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def to_minutes(moment: datetime) -> int:
	"""Whole minutes since the epoch; a part of a minute is dropped.

	Raises ValueError for a datetime without a zone.
	"""
	if moment.tzinfo is None:
		raise ValueError(f"{moment!r} has no time zone")
	return (moment - EPOCH) // MINUTE


def from_minutes(minutes: int) -> datetime:
	"""The UTC moment that lies `minutes` after the epoch."""
	return EPOCH + minutes * MINUTE


def merge(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
	"""Sorted, disjoint intervals that cover the same minutes; touching ones become one, empty ones vanish."""
	merged: list[Interval] = []
	for start, end in sorted(intervals):
		if start >= end:
			continue
		if merged and start <= merged[-1][1]:
			if end > merged[-1][1]:
				merged[-1] = (merged[-1][0], end)
		else:
			merged.append((start, end))
	return tuple(merged)


def subtract(whole: Sequence[Interval], taken: Sequence[Interval]) -> tuple[Interval, ...]:
	"""The minutes of `whole` that are not in `taken`; both sorted and disjoint (see `merge`)."""
	left: list[Interval] = []
	position = 0
	for start, end in whole:
		while position < len(taken) and taken[position][1] <= start:
			position += 1
		cursor, index = start, position
		while index < len(taken) and taken[index][0] < end:
			if taken[index][0] > cursor:
				left.append((cursor, taken[index][0]))
			cursor = max(cursor, taken[index][1])
			index += 1
		if cursor < end:
			left.append((cursor, end))
	return tuple(left)


def intersect(one: Sequence[Interval], other: Sequence[Interval]) -> tuple[Interval, ...]:
	"""The minutes that lie in both; both sorted and disjoint (see `merge`)."""
	shared: list[Interval] = []
	left = right = 0
	while left < len(one) and right < len(other):
		start = max(one[left][0], other[right][0])
		end = min(one[left][1], other[right][1])
		if start < end:
			shared.append((start, end))
		if one[left][1] <= other[right][1]:
			left += 1
		else:
			right += 1
	return tuple(shared)


def covered_at_least(groups: Sequence[Sequence[Interval]], quantity: int) -> tuple[Interval, ...]:
	"""The minutes that lie in at least `quantity` of the groups; each group sorted and disjoint."""
	edges = [
		(minute, step) for group in groups for start, end in group for minute, step in ((start, 1), (end, -1))
	]
	edges.sort()
	found: list[Interval] = []
	depth = 0
	opened = 0
	for minute, step in edges:
		before, depth = depth, depth + step
		if before < quantity <= depth:
			opened = minute
		elif depth < quantity <= before:
			found.append((opened, minute))
	return merge(found)
