"""Who should take a visit: those who could, ranked, each with the reasons in words; and the order that a rule asks first in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from .timeline import from_minutes


class AssignBy(StrEnum):
	"""How a service chooses among those who are free."""

	IN_ORDER = "In order"
	LEAST_LOADED = "Least loaded"
	ROUND_ROBIN = "Round robin"
	USUAL = "Customer's usual person"


@dataclass(frozen=True)
class Candidate:
	"""What is known about somebody who might take a visit; minutes are those claimed, `apart` from the visit itself.

	`busy_until` and `outside_hours` tell why they are not free; `last_given` is the UTC minute of the latest visit given to them,
	None for never; `travel_minutes` None means that it is not known.
	"""

	name: str
	missing_skills: tuple[str, ...] = ()
	fits_kind: bool = True
	serves_territory: bool = True
	at_work: bool = True
	hours: str = ""
	busy_until: int | None = None
	day_minutes: int = 0
	week_minutes: int = 0
	visits_with_customer: int = 0
	asked_for: bool = False
	current: bool = False
	last_given: int | None = None
	travel_minutes: int | None = None

	@property
	def free(self) -> bool:
		"""Whether nothing stands in the way at that time."""
		return self.at_work and self.busy_until is None

	@property
	def able(self) -> bool:
		"""Whether they may do this kind of visit at all."""
		return self.fits_kind and not self.missing_skills


@dataclass(frozen=True)
class Reason:
	"""One thing that speaks for somebody or against; `code` is a key of `reasons.REASONS`."""

	code: str
	good: bool
	values: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True)
class Ranked:
	"""A candidate in its place, with the reasons."""

	candidate: Candidate
	reasons: tuple[Reason, ...]

	@property
	def fits(self) -> bool:
		"""Whether they could take the visit as it is."""
		return self.candidate.able and self.candidate.free


def rank(candidates: Iterable[Candidate], rule: AssignBy = AssignBy.LEAST_LOADED) -> tuple[Ranked, ...]:
	"""The candidates, the best first: who can and is free, then in the territory, asked for, and by the rule.

	Those whose kind is wrong are left out; those who lack a skill or are not free come last, with the reason.
	"""
	able = [one for one in candidates if one.fits_kind]
	ordered = sorted(
		able,
		key=lambda one: (
			not one.able,
			not one.free,
			not one.serves_territory,
			not one.asked_for,
			_by_rule(one, rule),
			one.name,
		),
	)
	return tuple(Ranked(one, reasons_for(one)) for one in ordered)


def order_by_rule(candidates: Sequence[Candidate], rule: AssignBy) -> tuple[str, ...]:
	"""The names in the order in which the rule would ask them; `IN_ORDER` keeps the order that is given."""
	if rule is AssignBy.IN_ORDER:
		return tuple(one.name for one in candidates)
	return tuple(one.name for one in sorted(candidates, key=lambda one: (_by_rule(one, rule), one.name)))


def reasons_for(one: Candidate) -> tuple[Reason, ...]:
	"""What speaks for and against somebody, the most important first."""
	found = [
		*(Reason("assign_lacks_skill", False, {"skill": skill}) for skill in one.missing_skills),
		*_about_time(one),
	]
	if one.asked_for:
		found.append(Reason("assign_asked_for", True))
	if one.visits_with_customer:
		code = "assign_served_once" if one.visits_with_customer == 1 else "assign_served"
		found.append(Reason(code, True, {"visits": one.visits_with_customer}))
	if not one.serves_territory:
		found.append(Reason("assign_not_in_territory", False))
	if one.travel_minutes is not None:
		found.append(Reason("assign_travel", True, {"minutes": one.travel_minutes}))
	found.append(
		Reason("assign_load", True, {"day": _span(one.day_minutes), "week": _span(one.week_minutes)})
	)
	return tuple(found)


def _about_time(one: Candidate) -> list[Reason]:
	if not one.at_work:
		return [Reason("assign_off", False, {"hours": one.hours or "-"})]
	if one.busy_until is not None:
		return [Reason("assign_busy", False, {"until": from_minutes(one.busy_until)})]
	return [Reason("assign_free", True)]


def _by_rule(one: Candidate, rule: AssignBy) -> tuple[int, ...]:
	load = (one.day_minutes, one.week_minutes)
	if rule is AssignBy.ROUND_ROBIN:
		return (-1 if one.last_given is None else one.last_given, *load)
	if rule is AssignBy.USUAL:
		return (-one.visits_with_customer, *load)
	if rule is AssignBy.LEAST_LOADED:
		return (*load, -one.visits_with_customer)
	return ()


def _span(minutes: int) -> str:
	hours, rest = divmod(minutes, 60)
	return f"{hours}:{rest:02}"
