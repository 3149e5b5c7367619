"""Bring a plan's open visits in line with its new rule: those that stand stay, others move one by one, or are asked about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial

import frappe
from frappe.model.document import Document

from ..core.plan_days import REACH, PlannedVisit, Schedule, VisitState, first_visits, pair_days, visits_until
from ..core.plan_form import same_rhythm
from ..core.wall_time import moment_at
from ..messages import tell
from ..site_time import utc_now
from ..store import plans
from ..store.plans import Visit
from ..store.services import load_service
from .change_booking import cancel_booking, reschedule_booking
from .check_plan import schedule_of
from .find_slots import find_slots
from .materialise_plan import MINUTE, attempt, parts_of, territory_of
from .open_plan_conflict import open_plan_conflict


@dataclass(frozen=True)
class Replanned:
	"""How many open visits stayed, moved, were cancelled, or wait for a person."""

	kept: int = 0
	moved: int = 0
	cancelled: int = 0
	asked: int = 0


def replan_visits(old: Document, new: Document, since: date) -> Replanned:
	"""Hand the open visits to come, of the days from `since` on, from a plan as it was to the plan as it is.

	Both may be the same plan before and after a change. Past visits and those that have begun or ended are left alone.
	The caller has locked the plan and saved it; what the new rule has beyond these visits is for `materialise_plan`.
	"""
	now = utc_now()
	visits = {
		visit.plan_date: visit
		for visit in plans.visits_of(old.name, open_only=True)
		if visit.starts_at > now and visit.plan_date and visit.plan_date >= since
	}
	horizon = max([since, *visits, *plans.exceptions_of(old)])
	before = _upcoming(schedule_of(old, horizon), horizon, since, now)
	after = _counterparts(schedule_of(new, horizon), horizon, now, len(before))
	pairs = pair_days(list(before), list(after), same_rhythm(plans.form_of(old), plans.form_of(new)))
	plans.dismiss_conflicts(
		[conflict for conflict in plans.open_conflicts(old.name) if conflict.plan_date >= since],
		tell("plan_no_longer_asked"),
		now,
	)
	_let_ended_go(old.name, since)
	plans.let_go([visit.booking for visit in visits.values()], new.name)
	_carry_exceptions(old, new, since, pairs)
	outcomes = [
		_place(old, new, visits[day], before.get(day), after.get(pairs.get(day, date.min)))
		for day in _in_safe_order(visits, pairs, after)
	]
	return Replanned(**{name: outcomes.count(name) for name in ("kept", "moved", "cancelled", "asked")})


def cancel_visits(plan: str, reason: str, since: date | None = None) -> int:
	"""Cancel a plan's open visits to come, of the days from `since` on; their days are free to be planned again."""
	now = utc_now()
	gone = [
		visit
		for visit in plans.visits_of(plan, open_only=True)
		if visit.starts_at > now and (since is None or (visit.plan_date and visit.plan_date >= since))
	]
	plans.let_go([visit.booking for visit in gone])
	for visit in gone:
		cancel_booking(visit.booking, reason)
	conflicts = [
		conflict for conflict in plans.open_conflicts(plan) if since is None or conflict.plan_date >= since
	]
	plans.dismiss_conflicts(conflicts, reason, now)
	return len(gone)


def _upcoming(schedule: Schedule, last: date, since: date, now: datetime) -> dict[date, PlannedVisit]:
	"""The plan's days from `since` up to `last` whose time has not come."""
	return {
		visit.planned: visit
		for visit in visits_until(schedule, last).visits
		if visit.planned >= since
		and (visit.starts_at or moment_at(visit.planned, schedule.wall, schedule.zone)) > now
	}


def _counterparts(schedule: Schedule, last: date, now: datetime, number: int) -> dict[date, PlannedVisit]:
	"""The new rule's days up to `last`, and beyond it until there are as many as there were."""
	found = _upcoming(schedule, last, schedule.first_day, now)
	ahead = first_visits(schedule, max(last, schedule.first_day), max(number - len(found), 0) + 1)
	return found | {visit.planned: visit for visit in ahead[: number + 1]}


def _let_ended_go(plan: str, since: date) -> None:
	"""Days whose visit was cancelled are remembered by their exceptions; the bookings need not stand for them."""
	plans.let_go(
		visit.booking
		for visit in plans.visits_of(plan)
		if visit.status == "Cancelled" and visit.plan_date and visit.plan_date >= since
	)


def _carry_exceptions(old: Document, new: Document, since: date, pairs: Mapping[date, date]) -> None:
	carried = {day: found for day, found in plans.exceptions_of(old).items() if day >= since}
	if not carried:
		return
	plans.drop_exceptions(old.name, carried)
	for day, found in carried.items():
		if day in pairs:
			plans.put_exception(new.name, pairs[day], found.change, found.moved_to, found.reason)


def _in_safe_order(
	visits: Mapping[date, Visit], pairs: Mapping[date, date], after: Mapping[date, PlannedVisit]
) -> list[date]:
	"""Such that no visit needs the time of one that has yet to move: who moves earlier from the front, later from the back."""

	def moves_later(day: date) -> bool:
		target = after.get(pairs.get(day, date.min))
		return bool(target and target.starts_at and target.starts_at > visits[day].starts_at)

	earlier = [day for day in visits if not moves_later(day)]
	return [*earlier, *reversed([day for day in visits if moves_later(day)])]


def _place(
	old: Document, new: Document, visit: Visit, was: PlannedVisit | None, target: PlannedVisit | None
) -> str:
	"""Bring one visit to its new day, or cancel it when there is none; gives what came of it."""
	if target is None or target.state is VisitState.HOLIDAY_SKIPPED:
		cancel_booking(visit.booking, tell("plan_changed", {"words": new.rule_text}))
		return "cancelled"
	plans.set_plan_date(visit.booking, target.planned)
	if was and was.state is VisitState.MOVED:
		return "kept"
	if target.starts_at is None:
		open_plan_conflict(new, target, tell("plan_no_open_day", {"days": REACH}), visit.booking)
		return "asked"
	if not _differs(old, new, visit, target):
		return "kept"
	refused = _move(old, new, visit, target.starts_at)
	if refused is None:
		return "moved"
	open_plan_conflict(new, target, refused, visit.booking)
	return "asked"


def _differs(old: Document, new: Document, visit: Visit, target: PlannedVisit) -> bool:
	return (
		visit.starts_at != target.starts_at
		or _length(old) != _length(new)
		or plans.named_resources(old) != plans.named_resources(new)
	)


def _length(plan: Document) -> timedelta:
	service = load_service(plan.service)
	return plans.duration_of(plan) or (service.duration if service else timedelta(0))


def _move(old: Document, new: Document, visit: Visit, starts_at: datetime) -> str | None:
	"""Move one visit whole or not at all; gives the refusal's text. Whoever does it goes on doing it when they can."""
	named = plans.named_resources(new)
	if named:
		choices: list[tuple[str, ...] | None] = [_team(new, visit, starts_at) or named]
	else:
		choices = [None, ()]
	refused = None
	for resources in choices:
		refused = attempt(partial(_reschedule, old, new, visit, starts_at, resources))
		if refused is None:
			break
	return refused


def _reschedule(
	old: Document, new: Document, visit: Visit, starts_at: datetime, resources: tuple[str, ...] | None
) -> None:
	reschedule_booking(visit.booking, starts_at, resources)
	if _length(old) == _length(new):
		return
	doc = frappe.get_doc("Service Booking", visit.booking)
	doc.ends_at = frappe.utils.get_datetime(doc.starts_at) + _length(new)
	doc.save()


def _team(plan: Document, visit: Visit, starts_at: datetime) -> tuple[str, ...] | None:
	found = find_slots(
		parts_of(plan),
		starts_at,
		starts_at + MINUTE,
		territory=territory_of(plan),
		apart_from=visit.booking,
		grid=1,
	)
	return found[0].resources if found else None
