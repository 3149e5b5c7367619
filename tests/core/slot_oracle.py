"""Random calendars, and which starts they leave open, found minute by minute with sets and nothing of the product's search."""

import random
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, combinations, pairwise, permutations, product
from math import asin, ceil, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

DAY_MINUTES = 24 * 60
ZONES = {
	"America/New_York": (date(2026, 3, 8), date(2026, 11, 1)),
	"Europe/Berlin": (date(2026, 3, 29), date(2026, 10, 25)),
	"America/St_Johns": (date(2026, 3, 8), date(2026, 11, 1)),
	"Australia/Lord_Howe": (date(2026, 10, 4), date(2026, 4, 5)),
	"Pacific/Auckland": (date(2026, 9, 27), date(2026, 4, 5)),
}
"""Zones and the days on which their clocks are put forward and back; on Lord Howe Island by half an hour."""
PLACES = (None, (48.10, 11.50), (48.14, 11.58), (48.20, 11.40), (48.02, 11.62))


@dataclass
class Person:
	"""A resource: hours by weekday as (from, to) minutes of the day, and what departs from them."""

	name: str
	hours: dict[int, list[tuple[int, int]]]
	exceptions: dict[date, list[tuple[int, int]]] = field(default_factory=dict)
	holidays: set[date] = field(default_factory=set)
	leave: set[date] = field(default_factory=set)
	time_off: list[tuple[int, int]] = field(default_factory=list)
	claims: list[tuple[int, int, tuple | None]] = field(default_factory=list)
	base: tuple | None = None


@dataclass
class Wanted:
	"""A part of the visit: needs are (candidates, quantity)."""

	length: int
	needs: list[tuple[tuple[str, ...], int]]
	before: int
	after: int
	own: dict[str, int]


@dataclass
class Case:
	"""A calendar and a question."""

	zone: str
	day: date
	people: dict[str, Person]
	crews: dict[str, tuple[str, ...]]
	parts: list[Wanted]
	first: int
	last: int
	grid: int
	here: tuple | None
	travels: bool
	speed: float
	minimum: int


def random_case(seed: int) -> Case:
	"""The case of this number, always the same."""
	pick = random.Random(seed)
	zone = pick.choice(list(ZONES))
	day = pick.choice([*ZONES[zone], date(2026, 6, 10)])
	start = day_start(zone, day)
	travels = pick.random() < 0.35
	names = ["ana", "ben", "cleo"][: pick.randint(1, 3)]
	people = {name: _person(pick, name, zone, day, start, travels) for name in names}
	crews = {"crew": tuple(names[:2])} if len(names) > 1 and pick.random() < 0.3 else {}
	room = pick.random() < 0.3 and not travels
	if room:
		people["room"] = _person(pick, "room", zone, day, start, False)
	unit = pick.choice((1, 5, 5, 5))
	parts = [_part(pick, names, crews, room, unit) for _ in range(pick.choice((1, 1, 1, 2, 2, 3)))]
	first = start + pick.randint(-60, 20 * 60)
	return Case(
		zone=zone,
		day=day,
		people=people,
		crews=crews,
		parts=parts,
		first=first,
		last=first + pick.randint(60, 8 * 60),
		grid=pick.choice((5, 10, 15, 15, 20, 30, 45, 60, 7)),
		here=pick.choice(PLACES),
		travels=travels,
		speed=pick.choice((0.0, 20.0, 35.0)),
		minimum=pick.choice((0, 2, 7)),
	)


def _person(pick, name, zone, day, start, travels) -> Person:
	hours: dict[int, list[tuple[int, int]]] = {}
	for weekday in {(day + timedelta(days=offset)).weekday() for offset in (-1, 0, 1)}:
		hours[weekday] = _hours(pick)
	person = Person(name, hours)
	if pick.random() < 0.2:
		person.exceptions[day] = _hours(pick)[: pick.randint(0, 2)]
	if pick.random() < 0.08:
		person.holidays.add(day)
	if pick.random() < 0.06:
		person.leave.add(day)
	if pick.random() < 0.25:
		away = start + pick.randint(0, 24 * 60)
		person.time_off.append((away, away + pick.randint(1, 240)))
	at = start - pick.randint(0, 300)
	for _ in range(pick.randint(0, 7)):
		at = -(-at // 5) * 5 + 5 * pick.randint(0, 40)
		end = at + 5 * pick.randint(1, 30)
		person.claims.append((at, end, pick.choice(PLACES)))
		at = end
	if travels:
		person.base = pick.choice(PLACES)
	return person


def _hours(pick) -> list[tuple[int, int]]:
	kind = pick.random()
	if kind < 0.1:
		return []
	if kind < 0.25:
		return [(5 * pick.randint(200, 280), 5 * pick.randint(12, 80))]
	edges = sorted(pick.sample(range(0, DAY_MINUTES, pick.choice((1, 5, 15))), 2 * pick.choice((1, 1, 2, 3))))
	return list(zip(edges[::2], edges[1::2], strict=True))


def _part(pick, names, crews, room, unit) -> Wanted:
	def length():
		return unit * pick.randint(1, 90 // unit)

	candidates = tuple(pick.sample(names, pick.randint(1, len(names))))
	if crews and pick.random() < 0.4:
		candidates = ("crew", *candidates)
	needs = [(candidates, 2 if len(candidates) > 2 and pick.random() < 0.2 else 1)]
	if room and pick.random() < 0.5:
		needs.append((("room",), 1))
	own = {name: length() for name in candidates if pick.random() < 0.25}
	return Wanted(
		length(), needs, unit * pick.randint(0, 20 // unit), unit * pick.randint(0, 20 // unit), own
	)


@lru_cache(maxsize=64)
def clock(zone: str, day: date) -> tuple[tuple[int, int], ...]:
	"""Each UTC minute of a local day with the minute of the day that its clock shows, by asking for every minute."""
	tz = ZoneInfo(zone)
	utc = int(datetime.combine(day, time(0), tz).timestamp()) // 60 - 180
	found = []
	for minute in range(utc, utc + DAY_MINUTES + 360):
		local = datetime.fromtimestamp(minute * 60, UTC).astimezone(tz)
		if local.date() == day:
			found.append((minute, local.hour * 60 + local.minute))
	return tuple(found)


def day_start(zone: str, day: date) -> int:
	"""The first minute of a local day."""
	return clock(zone, day)[0][0]


@lru_cache(maxsize=128)
def _shown(zone: str, day: date) -> dict[int, list[int]]:
	"""When a day's clock shows each of its times: once, or twice where it is set back."""
	found: dict[int, list[int]] = {}
	for minute, label in clock(zone, day):
		found.setdefault(label, []).append(minute)
	return found


def _opens(zone: str, day: date, wall: int) -> int:
	"""When a day's clock first shows a time; one that it skips comes later by what it skips."""
	shown = _shown(zone, day)
	if wall in shown:
		return shown[wall][0]
	gap = next(after - label - 1 for label, after in pairwise(sorted(shown)) if after > label + 1)
	return shown[wall + gap][0]


def _closes(zone: str, day: date, wall: int) -> int:
	"""When a day's clock last shows a time."""
	shown = _shown(zone, day)
	return shown[wall][-1] if wall in shown else _opens(zone, day, wall)


def spans_of_day(case: Case, person: Person, day: date) -> list[tuple[int, int]]:
	"""The hours of a day before time off."""
	if day in person.leave:
		return []
	if day in person.exceptions:
		hours = person.exceptions[day]
	elif day in person.holidays:
		return []
	else:
		hours = person.hours.get(day.weekday(), [])
	found = []
	for start, end in hours:
		end_day = day if end > start else day + timedelta(days=1)
		found.append((_opens(case.zone, day, start), _closes(case.zone, end_day, end)))
	return found


def working_days(case: Case, person: Person) -> list[set[int]]:
	"""The working minutes of each day around the case's."""
	found = []
	for offset in (-2, -1, 0, 1, 2):
		minutes: set[int] = set()
		for start, end in spans_of_day(case, person, case.day + timedelta(days=offset)):
			minutes.update(range(start, end))
		for start, end in person.time_off:
			minutes.difference_update(range(start, end))
		if minutes:
			found.append(minutes)
	return found


def way(case: Case, one: tuple | None, other: tuple | None) -> int:
	"""Whole minutes from one place to another, by the haversine formula."""
	if one is None or other is None or not case.speed:
		return case.minimum
	(lat, lon), (lat2, lon2) = (tuple(map(radians, place)) for place in (one, other))
	half = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
	return ceil(case.minimum + 1.3 * 2 * 6371.0 * asin(sqrt(half)) / case.speed * 60 - 1e-6)


class Oracle:
	"""Answers for one case."""

	def __init__(self, case: Case):
		self.case = case
		self.open: dict[str, set[int]] = {}
		self.claimed: dict[str, set[int]] = {}
		self.stops: dict[str, list[tuple[int, int, tuple | None]]] = {}
		for person in case.people.values():
			days = working_days(case, person)
			self.open[person.name] = set().union(*days)
			self.claimed[person.name] = {m for start, end, _ in person.claims for m in range(start, end)}
			self.stops[person.name] = sorted(
				[*person.claims, *self._home(person, days)], key=lambda stop: stop[:2]
			)
		self.answers: dict[tuple, bool] = {}

	def _home(self, person: Person, days: list[set[int]]) -> list[tuple[int, int, tuple | None]]:
		spans: list[list[int]] = []
		for minutes in sorted(days, key=min):
			first, last = min(minutes), max(minutes) + 1
			if spans and first <= spans[-1][1]:
				spans[-1][1] = max(last, spans[-1][1])
			else:
				spans.append([first, last])
		ends = [edge for span in spans for edge in span] if person.base else []
		inside = [any(start < edge < end for start, end, _ in person.claims) for edge in ends]
		return [(edge, edge, person.base) for edge, hidden in zip(ends, inside, strict=True) if not hidden]

	def can(self, name: str, start: int, length: int, part: Wanted) -> bool:
		"""Whether a resource, and of a crew each of its people, can do a part from a minute on."""
		key = (name, start, length, id(part))
		if key not in self.answers:
			bodies = self.case.crews.get(name, (name,))
			self.answers[key] = all(self._can(body, start, length, part) for body in bodies)
		return self.answers[key]

	def _can(self, name: str, start: int, length: int, part: Wanted) -> bool:
		if not all(minute in self.open[name] for minute in range(start, start + length)):
			return False
		begin, end = start - part.before, start + length + part.after
		if any(minute in self.claimed[name] for minute in range(begin, end)):
			return False
		if not self.case.travels or name == "room":
			return True
		if any(
			begin < stop[0] < end and way(self.case, stop[2], self.case.here) for stop in self.stops[name]
		):
			return False
		earlier = [stop for stop in self.stops[name] if stop[0] <= begin and stop[1] <= begin]
		later = [stop for stop in self.stops[name] if stop[0] >= end and stop[1] >= end]
		return (not earlier or begin - earlier[-1][1] >= way(self.case, earlier[-1][2], self.case.here)) and (
			not later or later[0][0] - end >= way(self.case, self.case.here, later[0][2])
		)

	def lengths(self, index: int, start: int) -> set[int]:
		"""How long a part can last from a minute on, with any team that can do it."""
		part = self.case.parts[index]
		found = set()
		choices = [
			permutations(names, quantity) if quantity > 1 else combinations(names, 1)
			for names, quantity in part.needs
		]
		for groups in product(*choices):
			team = tuple(name for group in groups for name in group)
			length = self.takes(part, team)
			if (
				length not in found
				and self.is_team(team)
				and all(self.can(n, start, length, part) for n in team)
			):
				found.add(length)
		return found

	def is_team(self, team: tuple[str, ...]) -> bool:
		"""Whether nobody is in it twice, as himself or in a crew."""
		bodies = [body for name in team for body in (name, *self.case.crews.get(name, ()))]
		return len(bodies) == len(set(bodies))

	@staticmethod
	def takes(part: Wanted, team: tuple[str, ...]) -> int:
		"""How long a part lasts with a team."""
		return next((part.own[name] for name in team if name in part.own), part.length)

	def fits(self, start: int, index: int = 0) -> bool:
		"""Whether the parts from `index` on can be done from a minute on."""
		if index == len(self.case.parts):
			return True
		return any(self.fits(start + length, index + 1) for length in self.lengths(index, start))

	def starts(self) -> list[int]:
		"""Every open start of the case: on the grid of its local day's clock, and possible."""
		found = []
		for offset in (-1, 0, 1, 2):
			shown = _shown(self.case.zone, self.case.day + timedelta(days=offset))
			on_the_grid = (shown[label] for label in shown if label % self.case.grid == 0)
			found += [
				minute
				for minute in chain(*on_the_grid)
				if self.case.first <= minute < self.case.last and self.fits(minute)
			]
		return sorted(found)
