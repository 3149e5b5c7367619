"""Ten thousand random calendars: exactly what an independent search, minute by minute, finds open is offered, and rightly so."""

import os
from datetime import time
from zoneinfo import ZoneInfo

import pytest
from tests.core.slot_oracle import Case, Oracle, Person, random_case

from runbook_ops.core.eligibility import ResourceFacts, calendar_of
from runbook_ops.core.hours import Schedule, Shift, grid_anchors
from runbook_ops.core.slots import Calendar, Need, Part, SlotQuery, open_slots, open_starts
from runbook_ops.core.timeline import from_minutes, merge, subtract
from runbook_ops.core.travel import Travel, homes, point, rounds

CASES = int(os.environ.get("RUNBOOK_SLOT_CASES", "10000"))
BATCH = 500


def wall(minutes: int) -> time:
	return time(minutes // 60 % 24, minutes % 60)


def hours(spans) -> tuple:
	return tuple((wall(start), wall(end)) for start, end in spans)


def calendar(case: Case, person: Person) -> Calendar:
	schedule = Schedule(
		zone=ZoneInfo(case.zone),
		shifts=tuple(
			Shift(weekday, wall(start), wall(end))
			for weekday, spans in person.hours.items()
			for start, end in spans
		),
		closed=frozenset(person.holidays),
		exceptions={day: hours(spans) for day, spans in person.exceptions.items()},
		absent=frozenset(person.leave),
		time_off=merge(person.time_off),
	)
	zone = ZoneInfo(case.zone)
	first, last = (from_minutes(m).astimezone(zone).date() for m in (case.first - 1440, case.last + 1440))
	days = schedule.days(first, last)
	busy = merge((start, end) for start, end, _ in person.claims)
	if case.travels and person.name != "room":
		stops = [(start, end, point(*place) if place else None) for start, end, place in person.claims]
		spans = merge((day[0][0], day[-1][1]) for day in days)
		base = point(*person.base) if person.base else None
		here = point(*case.here) if case.here else None
		travel = Travel(case.speed, case.minimum)
		free = rounds(stops, homes(spans, base, travel.minutes(base, here))).free(here, travel)
		busy = subtract(((case.first - 9999, case.last + 9999),), merge(free))
	return Calendar(merge(span for day in days for span in day), busy)


def question(case: Case):
	facts = {name: ResourceFacts(name, "Person") for name in case.people}
	facts |= {name: ResourceFacts(name, "Crew", members=people) for name, people in case.crews.items()}
	own = {name: calendar(case, person) for name, person in case.people.items()}
	calendars = {name: calendar_of(name, facts, own) for name in facts}
	query = SlotQuery(
		parts=tuple(
			Part(
				part.length,
				tuple(Need(names, quantity) for names, quantity in part.needs),
				part.before,
				part.after,
				part.own,
			)
			for part in case.parts
		),
		earliest=case.first,
		latest=case.last,
		grid=case.grid,
		members=case.crews,
		anchors=grid_anchors(case.first, case.last, case.grid, ZoneInfo(case.zone)),
	)
	return query, calendars


def check_slot(case: Case, oracle: Oracle, slot) -> None:
	"""The parts follow one another, each with a team that can do it, and a change of hands only where nobody could go on."""
	at = slot.start
	before = ()
	for index, (part, placed) in enumerate(zip(case.parts, slot.parts, strict=True)):
		team = placed.resources
		assert placed.start == at
		assert placed.end - placed.start == oracle.takes(part, team)
		assert oracle.is_team(team)
		places = [names for names, quantity in part.needs for _ in range(quantity)]
		assert all(name in names for name, names in zip(team, places, strict=True))
		assert all(oracle.can(name, at, placed.end - at, part) for name in team)
		if len(before) == len(team) == len(places) == 1 and before[0] in places[0] and before != team:
			length = part.own.get(before[0], part.length)
			assert not (oracle.can(before[0], at, length, part) and oracle.fits(at + length, index + 1))
		at, before = placed.end, team
	assert slot.end == at


@pytest.mark.parametrize("batch", range(max(1, CASES // BATCH)))
def test_the_offered_slots_are_the_ones_that_an_oracle_finds(batch):
	for seed in range(batch * BATCH, (batch + 1) * BATCH):
		case = random_case(seed)
		oracle = Oracle(case)
		expected = oracle.starts()
		query, calendars = question(case)
		slots = open_slots(query, calendars)
		assert [slot.start for slot in slots] == expected, f"seed {seed}"
		assert list(open_starts(query, calendars)) == expected, f"seed {seed}"
		for slot in slots:
			check_slot(case, oracle, slot)
