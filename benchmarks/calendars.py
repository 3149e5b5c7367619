"""What do fifty people and a hundred thousand bookings look like? Two made-up businesses, the same in every run.

*desk*: all bookings in the 90 days ahead, about 22 a person and day, shifts of ten hours with a break, visits of 15 to 30 minutes
and 5 after them. *field*: 644 days of history and 90 ahead, shifts of nine hours with a break, visits of 45 to 90 minutes at
customers' places. Both: 4 of 100 days off, eight skills, 18 people or so for each; a grid of 15 minutes.
"""

import random
from dataclasses import dataclass

from runbook_ops.core.timeline import Interval
from runbook_ops.core.travel import Point, Travel, point

DAY = 24 * 60
FIRST_DAY = 20_424
"""2025-12-02, as days since 1970; the bookings ahead begin here."""
AHEAD = 90
HISTORY = 644
SKILLS = 8
TRAVEL = Travel()
Place = tuple[float, float]


@dataclass
class Worker:
	"""A person: open stretches, a day's span for each, claims with their place, all sorted."""

	name: str
	skills: frozenset[int]
	base: Point | None
	open: list[Interval]
	days: list[Interval]
	claims: list[tuple[int, int, Point | None]]


@dataclass(frozen=True)
class Question:
	"""Who can do it, how long it takes, and where."""

	people: tuple[str, ...]
	duration: int
	after: int
	here: Point | None


@dataclass
class Crowd:
	"""A business, and twenty questions about it."""

	name: str
	workers: dict[str, Worker]
	questions: list[Question]
	earliest: int

	@property
	def bookings(self) -> int:
		"""How many there are."""
		return sum(len(worker.claims) for worker in self.workers.values())


def desk(people: int = 50, questions: int = 20) -> Crowd:
	"""The business at a desk."""
	pick = random.Random(1)
	crowd = _crowd("desk", pick, people, 0, 600)
	for worker in crowd.workers.values():
		for start, end in worker.open:
			_fill(pick, worker, start, end, (15, 15, 30), 5, 0.97, travels=False)
	_ask(crowd, pick, questions, (15, 30, 45), 5, travels=False)
	return crowd


def field(people: int = 50, questions: int = 20) -> Crowd:
	"""The business in the field."""
	pick = random.Random(2)
	crowd = _crowd("field", pick, people, HISTORY, 540)
	start_ahead = FIRST_DAY * DAY
	for worker in crowd.workers.values():
		for start, end in worker.open:
			_fill(
				pick, worker, start, end, (45, 60, 90), 0, 0.33 if start > start_ahead else 0.55, travels=True
			)
	_ask(crowd, pick, questions, (45, 60, 90), 0, travels=True)
	return crowd


def _crowd(name: str, pick: random.Random, people: int, history: int, shift: int) -> Crowd:
	workers = {}
	for number in range(people):
		worker = Worker(f"P{number:03d}", frozenset(pick.sample(range(SKILLS), 3)), _place(pick), [], [], [])
		for day in range(FIRST_DAY - history, FIRST_DAY + AHEAD):
			if pick.random() < 0.04:
				continue
			start = day * DAY + pick.choice((420, 480, 540))
			rest = start + shift // 2 + pick.choice((-30, 0, 30))
			worker.open += [(start, rest), (rest + 30, start + shift)]
			worker.days.append((start, start + shift))
		workers[worker.name] = worker
	return Crowd(name, workers, [], FIRST_DAY * DAY + 630 + 120)


def _fill(
	pick, worker: Worker, start: int, end: int, lengths, after: int, share: float, travels: bool
) -> None:
	at = start
	while at < end:
		length = pick.choice(lengths) + after
		if pick.random() < share and at + length <= end:
			worker.claims.append((at, at + length, _place(pick) if travels else None))
			at += length
		else:
			at += 15 if not travels else 60
		if travels:
			at += 5 * pick.randint(2, 6)


def _ask(crowd: Crowd, pick: random.Random, count: int, durations, after: int, travels: bool) -> None:
	for _ in range(count):
		skill = pick.randrange(SKILLS)
		able = tuple(name for name, worker in crowd.workers.items() if skill in worker.skills)
		crowd.questions.append(
			Question(able, pick.choice(durations), after, _place(pick) if travels else None)
		)


def _place(pick: random.Random) -> Point:
	return point(48.0 + pick.random() * 0.36, 11.3 + pick.random() * 0.54) or (1.0, 0.0, 0.0)
