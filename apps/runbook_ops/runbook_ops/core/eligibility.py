"""Which resources may do a service: kind, skill, territory, crews and their people, and whether they are open then."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from functools import reduce

from .refusal import Refusal
from .slots import Calendar, Need, choose_resources
from .timeline import Interval, from_minutes, intersect, merge, to_minutes
from .travel import Point
from .wall_time import moment_at


@dataclass(frozen=True)
class Requirement:
	"""What a service needs: `quantity` resources of a kind, with a skill, or one particular resource."""

	kind: str
	skill: str | None = None
	resource: str | None = None
	quantity: int = 1


@dataclass(frozen=True)
class ResourceFacts:
	"""A resource as eligibility sees it; no territories means everywhere, `members` are the people of a crew.

	`base` is where its day begins and ends, None when that is not known.
	"""

	name: str
	kind: str
	active: bool = True
	skills: frozenset[str] = frozenset()
	territories: frozenset[str] = frozenset()
	members: tuple[str, ...] = ()
	base: Point | None = None


Resources = Mapping[str, ResourceFacts]
"""Name -> facts; who belongs to a crew in it is in it too."""

ANYBODY = Requirement("Person")
"""What a service without requirements needs."""


def candidates(
	requirement: Requirement, resources: Resources, around: Collection[str] = ()
) -> tuple[str, ...]:
	"""Those who could fill the requirement, in the order of `resources` (put the preferred ones first).

	`around`: the territory of the visit and those that it lies in; none means anywhere.
	"""
	return tuple(
		name
		for name, facts in resources.items()
		if _fits(facts, requirement, resources)
		and _switched_off(name, resources) is None
		and _serves(facts, around)
	)


def needs_for(
	requirements: Sequence[Requirement], resources: Resources, around: Collection[str] = ()
) -> tuple[Need, ...]:
	"""The requirements as `core.slots` takes them; no requirement means one person. `around` as in `candidates`."""
	return tuple(
		Need(candidates(requirement, resources, around), requirement.quantity)
		for requirement in requirements or (ANYBODY,)
	)


def check_choice(
	chosen: Sequence[str], requirements: Sequence[Requirement], resources: Resources
) -> Refusal | None:
	"""Whether the chosen resources together do what the service needs; more than it needs is fine.

	Territories are not checked: whoever names a person by hand may send them anywhere. Raises KeyError for a name that is not
	in `resources`.
	"""
	if not chosen:
		return Refusal("no_resource", "resources")
	for name in chosen:
		off = _switched_off(name, resources)
		if off is not None:
			return Refusal("resource_inactive", "resources", {"resource": off})
	team = {name: resources[name] for name in chosen}
	wanted = tuple(requirements) or (ANYBODY,)
	needs = tuple(
		Need(
			tuple(name for name, facts in team.items() if _fits(facts, requirement, resources)),
			requirement.quantity,
		)
		for requirement in wanted
	)
	if choose_resources(needs, team.__contains__, crew_members(resources)) is not None:
		return None
	return _why_not(wanted, needs, team)


def check_open(
	name: str,
	start_minute: int,
	end_minute: int,
	open_intervals: Sequence[Interval],
	closed_days: Collection[date],
	zone: tzinfo,
) -> Refusal | None:
	"""Whether a visit lies whole inside one open stretch; minutes since 1970 UTC without buffers, intervals merged.

	The refusal is `closed_day` when a local day of the visit is closed, else `outside_hours` with the hours of its first day.
	"""
	if any(start <= start_minute and end_minute <= end for start, end in open_intervals):
		return None
	first = from_minutes(start_minute).astimezone(zone).date()
	last = from_minutes(max(start_minute, end_minute - 1)).astimezone(zone).date()
	for offset in range((last - first).days + 1):
		day = first + timedelta(days=offset)
		if day in closed_days:
			return Refusal("closed_day", "starts_at", {"resource": name, "day": day})
	values = {"resource": name, "open": open_text(first, open_intervals, zone)}
	return Refusal("outside_hours", "starts_at", values)


def open_text(day: date, open_intervals: Sequence[Interval], zone: tzinfo) -> str:
	"""The open hours of a local day as people read them: `09:00-12:00, 13:00-17:00`, or `not at all`."""
	begins = to_minutes(moment_at(day, time(0), zone))
	ends = to_minutes(moment_at(day + timedelta(days=1), time(0), zone))
	parts = [
		f"{_clock(start, zone)}-{'24:00' if end == ends else _clock(end, zone)}"
		for start, end in intersect(((begins, ends),), merge(open_intervals))
	]
	return ", ".join(parts) or "not at all"


def claimed_resources(chosen: Sequence[str], resources: Resources) -> tuple[str, ...]:
	"""Everybody and everything whose time the booking claims: the chosen and, of a crew, all its people; none twice."""
	found: dict[str, None] = {}
	queue = list(chosen)
	while queue:
		name = queue.pop(0)
		if name not in found:
			found[name] = None
			queue.extend(resources[name].members if name in resources else ())
	return tuple(found)


def crew_members(resources: Resources) -> dict[str, tuple[str, ...]]:
	"""Crew -> its people, as `SlotQuery.members` takes it."""
	return {
		name: claimed_resources((name,), resources)[1:] for name, facts in resources.items() if facts.members
	}


def calendar_of(name: str, resources: Resources, calendars: Mapping[str, Calendar]) -> Calendar:
	"""A resource's time; a crew is open when all its people are, and busy when any of them is.

	A crew's own hours narrow those of its people only when it has some. Who is missing in `calendars` is never open.
	"""
	members = resources[name].members
	own = calendars.get(name, Calendar(()))
	if not members:
		return own
	people = [calendar_of(member, resources, calendars) for member in members]
	opens = [part.open for part in people] + ([own.open] if own.open else [])
	return Calendar(reduce(intersect, opens), merge(claim for part in (own, *people) for claim in part.busy))


def _fits(facts: ResourceFacts, requirement: Requirement, resources: Resources) -> bool:
	return (
		facts.kind == requirement.kind
		and requirement.resource in (None, "", facts.name)
		and (not requirement.skill or requirement.skill in _skills(facts, resources))
	)


def _skills(facts: ResourceFacts, resources: Resources) -> frozenset[str]:
	"""A crew can do what any of its people can."""
	return facts.skills.union(*(resources[name].skills for name in facts.members if name in resources))


def _serves(facts: ResourceFacts, around: Collection[str]) -> bool:
	return not around or not facts.territories or not facts.territories.isdisjoint(around)


def _switched_off(name: str, resources: Resources) -> str | None:
	"""The first of a resource and, of a crew, its people who is switched off."""
	everybody = (resources[each] for each in claimed_resources((name,), resources))
	return next((facts.name for facts in everybody if not facts.active), None)


def _why_not(
	wanted: Sequence[Requirement], needs: Sequence[Need], team: Mapping[str, ResourceFacts]
) -> Refusal:
	for requirement, need in zip(wanted, needs, strict=True):
		if len(need.candidates) >= requirement.quantity:
			continue
		near = [
			name
			for name, facts in team.items()
			if facts.kind == requirement.kind and requirement.resource in (None, "", name)
		]
		if requirement.skill and len(near) >= requirement.quantity:
			lacking = next(name for name in near if name not in need.candidates)
			values = {"resource": lacking, "skill": requirement.skill}
			return Refusal("resource_lacks_skill", "resources", values)
		return Refusal("resource_wrong_kind", "resources", {"kind": _wish(requirement)})
	return Refusal("resource_wrong_kind", "resources", {"kind": " + ".join(map(_wish, wanted))})


def _wish(requirement: Requirement) -> str:
	what = requirement.resource or requirement.kind
	if requirement.skill:
		what = f"{what} ({requirement.skill})"
	return what if requirement.quantity == 1 else f"{requirement.quantity} x {what}"


def _clock(minute: int, zone: tzinfo) -> str:
	local: datetime = from_minutes(minute).astimezone(zone)
	return f"{local:%H:%M}"
