"""The same search without the product: by sorted intervals and bisect, and naively. What `slots_core` is measured against."""

from bisect import bisect_left
from heapq import merge as merged
from itertools import islice

from benchmarks.calendars import TRAVEL, Crowd, Question, Worker
from runbook_ops.core.timeline import Interval

GRID = 15


def calendar(crowd: Crowd, question: Question, first: int, last: int) -> list[int]:
	"""Every start in [first, last) at which somebody is free, by bisect and a walk over each person's gaps."""
	found: set[int] = set()
	for name in question.people:
		for begin, end in _ranges(crowd.workers[name], question, first, last):
			found.update(range(begin, end + 1, GRID))
	return sorted(found)


def first_slots(crowd: Crowd, question: Question, first: int, last: int, limit: int) -> list[tuple[int, str]]:
	"""The first starts with the first person who is free then; each person's gaps are walked only as far as needed."""
	places = {name: place for place, name in enumerate(question.people)}
	walks = [_starts(crowd.workers[name], question, first, last, places[name]) for name in question.people]
	found: list[tuple[int, str]] = []
	for start, place in merged(*walks):
		if found and found[-1][0] == start:
			continue
		if len(found) == limit:
			break
		found.append((start, question.people[place]))
	return found


def naive_calendar(crowd: Crowd, question: Question, first: int, last: int) -> list[int]:
	"""The same by looking at each start, for each person, at each booking of that person."""
	found = []
	for start in range(-(-first // GRID) * GRID, last, GRID):
		if any(_is_free(crowd.workers[name], question, start) for name in question.people):
			found.append(start)
	return found


def _starts(worker: Worker, question: Question, first: int, last: int, place: int):
	for begin, end in _ranges(worker, question, first, last):
		for start in range(begin, end + 1, GRID):
			yield start, place


def _ranges(worker: Worker, question: Question, first: int, last: int):
	"""The first and the last start on the grid of each gap that is long enough, in order."""
	claims, size = worker.claims, question.duration + question.after
	at = bisect_left(worker.open, (first - 2 * 24 * 60, 0))
	days = iter(worker.days[bisect_left(worker.days, (first - 2 * 24 * 60, 0)) :])
	day = next(days, (0, 0))
	for opens, closes in islice(worker.open, at, None):
		if opens >= last:
			break
		while day[1] <= opens:
			day = next(days)
		here = max(0, bisect_left(claims, (opens, 0)) - 1)
		for begin, end in _gaps(worker, question, opens, closes, day, here):
			if end - begin < size:
				continue
			latest = min(closes - question.duration, end - size, last - 1)
			start = -(-max(begin, first) // GRID) * GRID
			if start <= latest:
				yield start, start + (latest - start) // GRID * GRID


def _gaps(worker: Worker, question: Question, opens: int, closes: int, day: Interval, at: int):
	"""The free stretches of an open one, the way before and after taken off."""
	claims, here = worker.claims, question.here
	begin = opens
	if here is not None:
		before = claims[at - 1] if at and claims[at - 1][1] > day[0] else None
		begin = max(
			opens, before[1] + TRAVEL.minutes(before[2], here) if before else day[0] + _home(worker, here)
		)
	for start, end, place in islice(claims, at, None):
		if end <= opens:
			if here is not None and end > day[0]:
				begin = max(opens, end + TRAVEL.minutes(place, here))
			continue
		until = min(start, closes)
		if here is not None:
			if start >= day[1]:
				until = min(closes, day[1] - _home(worker, here))
			else:
				until = min(closes, start - TRAVEL.minutes(place, here))
		yield begin, until + question.after if start >= closes and here is None else until
		if start >= closes:
			return
		begin = end + (TRAVEL.minutes(place, here) if here is not None else 0)
	yield begin, (day[1] - _home(worker, here) if here is not None else closes + question.after)


def _home(worker: Worker, here) -> int:
	return TRAVEL.minutes(worker.base, here)


def _is_free(worker: Worker, question: Question, start: int) -> bool:
	end, busy_end = start + question.duration, start + question.duration + question.after
	if not any(opens <= start and end <= closes for opens, closes in worker.open):
		return False
	before = after = None
	for begin, finish, place in worker.claims:
		if begin < busy_end and finish > start:
			return False
		if finish <= start:
			before = (finish, place)
		elif after is None:
			after = (begin, place)
	return question.here is None or _is_in_reach(worker, question, start, before, after)


def _is_in_reach(worker: Worker, question: Question, start: int, before, after) -> bool:
	"""Whether the way fits before and after."""
	day = next(span for span in worker.days if span[0] <= start < span[1])
	if before is None or before[0] <= day[0]:
		before = (day[0], worker.base)
	if after is None or after[0] >= day[1]:
		after = (day[1], worker.base)
	end = start + question.duration + question.after
	early = start - before[0] >= TRAVEL.minutes(before[1], question.here)
	return early and after[0] - end >= TRAVEL.minutes(after[1], question.here)
