"""Read one day for the Day Board: its columns with their hours, and the cards, holds, classes and blocks in them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, tzinfo
from hashlib import blake2b

import frappe

from ..core.day_board import closed_within, day_span, hour_marks, is_astray
from ..core.eligibility import ResourceFacts, calendar_of
from ..core.slots import Calendar
from ..core.timeline import Interval, intersect, merge
from ..store import day_board
from ..store.resources import WorkingTime, first_day, known, working_time_of

PEOPLE = ("Person", "Crew")


def read_board(day: date, zone: tzinfo, only: Collection[str] | None = None, seen: str | None = None) -> dict:
	"""The day as the board draws it; all times are UTC minutes.

	`only`: show these resources' columns and no tray; None shows everybody who is switched on. `seen` is the `stamp` of what the
	reader has already: when nothing has changed since, the answer holds nothing but the stamp.
	"""
	start, end = day_span(day, zone)
	found = known(first_day(start))
	facts = found.facts
	shown = [name for name, one in facts.items() if one.active and (only is None or name in only)]
	booked = day_board.load_booked(start, end)
	taken, away = day_board.load_taken(shown, start, end)
	working = {name: working_time_of(found, name, start, end) for name in shown if name in found.schedules}
	opened = _opened(shown, facts, working, (start, end))
	claims = _by_holder(taken)
	told = {
		"day": day.isoformat(),
		"start": start,
		"end": end,
		"marks": hour_marks(day, zone),
		"columns": [
			_column(facts[name], opened[name], working.get(name), (start, end), day) for name in shown
		],
		"bookings": [
			_booking(one, claims, opened, facts)
			for one in booked
			if only is None or _is_on(one, claims, only)
		],
		"holds": [_hold(rows) for holder, rows in claims.items() if holder.startswith("HD-")],
		"classes": [_class(rows) for holder, rows in claims.items() if holder.startswith("CS-")],
		"away": [
			{"name": one.name, "on": one.resource, "span": one.span, "reason": one.reason} for one in away
		],
	}
	stamp = blake2b(frappe.as_json(told).encode(), digest_size=12).hexdigest()
	return {"stamp": stamp} if stamp == seen else {**told, "stamp": stamp}


def _opened(
	shown: Iterable[str],
	facts: Mapping[str, ResourceFacts],
	working: Mapping[str, WorkingTime],
	window: Interval,
) -> dict[str, tuple[Interval, ...]]:
	"""When each is at work; a crew when all its people are."""
	calendars = {name: Calendar(time.open) for name, time in working.items()}
	return {name: intersect((window,), calendar_of(name, facts, calendars).open) for name in shown}


def _by_holder(taken: Iterable[day_board.Taken]) -> dict[str, list[day_board.Taken]]:
	found: dict[str, list[day_board.Taken]] = {}
	for one in taken:
		found.setdefault(one.holder, []).append(one)
	return found


def _column(
	facts: ResourceFacts,
	opened: tuple[Interval, ...],
	working: WorkingTime | None,
	window: Interval,
	day: date,
) -> dict:
	return {
		"name": facts.name,
		"kind": facts.kind,
		"skills": sorted(facts.skills),
		"territories": sorted(facts.territories),
		"members": list(facts.members),
		"closed": closed_within(window, opened),
		"holiday": bool(working and day in working.closed),
		"works": bool(opened),
	}


def _booking(
	booked: day_board.Booked,
	claims: Mapping[str, list[day_board.Taken]],
	opened: Mapping[str, tuple[Interval, ...]],
	facts: Mapping[str, ResourceFacts],
) -> dict:
	on: dict[str, list[Interval]] = {}
	for row in claims.get(booked.name, ()):
		on.setdefault(row.resource, []).append(row.span)
	return {
		"name": booked.name,
		"customer": booked.customer,
		"service": booked.service,
		"status": booked.status,
		"span": booked.span,
		"on": {name: merge(spans) for name, spans in on.items()},
		"chosen": booked.chosen,
		"doer": next((name for name in booked.chosen if name in facts and facts[name].kind in PEOPLE), None),
		"session": booked.session,
		"seats": booked.seats,
		"territory": booked.territory,
		"moved": booked.revision,
		"astray": sorted(
			name for name in booked.chosen if name in opened and is_astray(booked.span, opened[name])
		),
	}


def _is_on(
	booked: day_board.Booked, claims: Mapping[str, list[day_board.Taken]], names: Collection[str]
) -> bool:
	return any(
		name in names for name in (*booked.chosen, *(row.resource for row in claims.get(booked.name, ())))
	)


def _hold(rows: list[day_board.Taken]) -> dict:
	first = rows[0]
	expires = first.expires_at
	return {
		"name": first.holder,
		"service": first.service,
		"span": first.span,
		"on": [row.resource for row in rows],
		"expires": expires and int(expires.timestamp()),
	}


def _class(rows: list[day_board.Taken]) -> dict:
	first = rows[0]
	return {
		"name": first.holder,
		"service": first.service,
		"span": first.visit or first.span,
		"held": first.span,
		"on": [row.resource for row in rows],
		"capacity": first.capacity,
		"taken": first.seats_taken,
	}
