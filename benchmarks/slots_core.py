"""How long does the search itself take, over fifty people and a hundred thousand bookings, once their time is in memory?

Timed: `core.slots.Search` with what `operations.find_slots` does before it in memory (for visits at customers' places the way
from and to each neighbour), over twenty questions, against `benchmarks/slots_plain.py` on the same business: sorted intervals
and bisect (`slots_core`, the worst of first 20 slots and 30-day calendar, at the desk and in the field) and every start against
every booking (`slots_naive`, the 30-day calendar). Both must give the same starts.
"""

from collections.abc import Callable

from benchmarks import slots_plain
from benchmarks.calendars import DAY, TRAVEL, Crowd, Question, desk, field
from benchmarks.measure import Ratio, interleaved, seconds
from benchmarks.report import Row
from runbook_ops.core.slots import Need, Part, Search, SlotQuery, Strips
from runbook_ops.core.strips import Frame
from runbook_ops.core.travel import homes, rounds

GOAL = 1.0
NAIVE_GOAL = 50
DAYS = 30
LOOK = 4
LIMIT = 20
NAIVE_QUESTIONS = 1


def measure(quick: bool) -> list[Row]:
	"""Both rows."""
	sizes = {"people": 6, "questions": 2} if quick else {}
	turns = 2 if quick else 9
	crowds = [desk(**sizes), field(**sizes)]
	ratios: dict[str, Ratio] = {}
	naive: dict[str, Ratio] = {}
	for crowd in crowds:
		soon, held = Held(crowd, LOOK), Held(crowd, DAYS)
		_compare(crowd, soon, held)
		ratios[f"{crowd.name} first {LIMIT}"] = _first_slots(crowd, soon, held, turns)
		ratios[f"{crowd.name} calendar"] = _calendar(crowd, held, turns)
		naive[crowd.name] = _naive(crowd, held)
	questions = len(crowds[0].questions)
	told = "; ".join(f"{name} {ratio.value:.2f} ({ratio.told(questions)})" for name, ratio in ratios.items())
	shown = "; ".join(f"{name} {ratio.value:.0f}" for name, ratio in naive.items())
	count = ", ".join(f"{crowd.bookings} bookings {crowd.name}" for crowd in crowds)
	worst = max(ratio.value for ratio in ratios.values())
	least = min(ratio.value for ratio in naive.values())
	return [
		Row("slots_core", worst, GOAL, detail=f"{told}; {count}"),
		Row("slots_naive", least, NAIVE_GOAL, detail=shown, at_least=True),
	]


def _first_slots(crowd: Crowd, soon: "Held", held: "Held", turns: int) -> Ratio:
	def plain(ask: Question) -> list[tuple[int, str]]:
		return slots_plain.first_slots(crowd, ask, crowd.earliest, held.until, LIMIT)

	return interleaved(
		"slots_core", _timed(crowd, lambda ask: _first(soon, held, ask)), _timed(crowd, plain), turns
	)


def _calendar(crowd: Crowd, held: "Held", turns: int) -> Ratio:
	def plain(ask: Question) -> list[int]:
		return slots_plain.calendar(crowd, ask, crowd.earliest, held.until)

	return interleaved(
		"slots_core", _timed(crowd, lambda ask: held.search(ask).starts()), _timed(crowd, plain), turns
	)


def _naive(crowd: Crowd, held: "Held") -> Ratio:
	some = crowd.questions[:NAIVE_QUESTIONS]

	def naive() -> list[list[int]]:
		return [slots_plain.naive_calendar(crowd, ask, crowd.earliest, held.until) for ask in some]

	def search() -> list[tuple[int, ...]]:
		return [held.search(ask).starts() for ask in some]

	return interleaved("slots_naive", lambda: seconds(naive), lambda: seconds(search), 2)


class Held:
	"""A business as a process holds it: strips of what is open and of what is free, and the rounds where the way counts."""

	def __init__(self, crowd: Crowd, days: int):
		self.crowd = crowd
		self.until = crowd.earliest + days * DAY
		first = crowd.earliest // DAY * DAY
		self.frame = frame = Frame(first, 5, (days + 2) * DAY // 5)
		self.open = {name: frame.inside(worker.open) for name, worker in crowd.workers.items()}
		self.free, self.rounds = {}, {}
		end = first + (days + 2) * DAY
		for name, worker in crowd.workers.items():
			stops = [stop for stop in worker.claims if first - 2 * DAY <= stop[0] < end]
			spans = [span for span in worker.days if first - 2 * DAY <= span[0] < end]
			self.rounds[name] = rounds(stops, homes(spans, worker.base, TRAVEL.minimum))
			self.free[name] = frame.whole & ~frame.touched((begin, until) for begin, until, _ in stops)

	def search(self, ask: Question) -> Search:
		"""As an operation puts it together."""
		part = Part(ask.duration, (Need(ask.people),), 0, ask.after)
		query = SlotQuery((part,), self.crowd.earliest, self.until, slots_plain.GRID)
		return Search(query, self.frame, {name: self._strips(name, ask) for name in ask.people})

	def _strips(self, name: str, ask: Question) -> Strips:
		if ask.here is None:
			return Strips(self.open[name], self.free[name])
		return Strips(self.open[name], self.frame.inside(self.rounds[name].free(ask.here, TRAVEL)))


def _first(soon: Held, later: Held, ask: Question) -> tuple:
	found = soon.search(ask).slots(LIMIT)
	return found if len(found) == LIMIT else later.search(ask).slots(LIMIT)


def _timed(crowd: Crowd, work: Callable[[Question], object]) -> Callable[[], float]:
	return lambda: seconds(lambda: [work(ask) for ask in crowd.questions])


def _compare(crowd: Crowd, soon: Held, held: Held) -> None:
	"""Raises AssertionError unless all ways give the same."""
	until = held.until
	for number, ask in enumerate(crowd.questions):
		found = list(held.search(ask).starts())
		if found != slots_plain.calendar(crowd, ask, crowd.earliest, until):
			raise AssertionError(f"{crowd.name}, question {number}: the plain search finds other starts")
		first = [(slot.start, slot.resources[0]) for slot in _first(soon, held, ask)]
		if first != slots_plain.first_slots(crowd, ask, crowd.earliest, until, LIMIT):
			raise AssertionError(f"{crowd.name}, question {number}: the plain search finds other first slots")
	ask = crowd.questions[0]
	if list(held.search(ask).starts()) != slots_plain.naive_calendar(crowd, ask, crowd.earliest, until):
		raise AssertionError(f"{crowd.name}: the naive search finds other starts")
