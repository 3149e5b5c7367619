"""What a plan's visits are and will be: the next days of a form that is not saved yet, and the list of a saved one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import frappe
from frappe.model.document import Document

from ..core.booking import CLAIMING, BookingStatus
from ..core.plan_days import PlannedVisit, VisitState, first_visits, visits_until
from ..core.recurrence import Rule
from ..core.recurrence_words import describe
from ..site_time import utc_now
from ..store import plans
from ..store.plans import Conflict, Visit
from .check_plan import read_rule
from .find_slots import find_slots
from .materialise_plan import MINUTE, parts_of, territory_of

NEXT = 10
LOOKED_AHEAD = timedelta(days=200)
"""How far ahead it is told whether a time is taken; a search over more is not worth its time."""

PAST_SHOWN = timedelta(days=60)
GRIDS = (15, 5, 1)


@dataclass(frozen=True)
class Row:
	"""A day of a plan as people see it; `state` is a word of `VisitState`, a booking's status, or one of those below."""

	planned: date
	starts_at: datetime | None
	state: str
	free: bool | None = None
	booking: str | None = None
	task: str | None = None
	owner: str | None = None
	reason: str = ""


NEEDS_PERSON = "Needs a person"
TO_COME = "To come"


def preview_plan(plan: Document, say) -> tuple[Rule, str, tuple[Row, ...]]:
	"""The rule, its words, and the next ten days of a plan as it is filled in. Raises PlanRefused."""
	form, rule = read_rule(plan)
	today = utc_now().astimezone(form.zone).date()
	after = max(today, form.first_day)
	schedule = plans.load_schedule(plan, form, rule, after + timedelta(days=800))
	coming = first_visits(schedule, after, NEXT)
	booked = {visit.starts_at for visit in _standing(plans.visits_of(plan.name))} if plan.name else set()
	free = _free_starts(plan, coming)
	rows = tuple(
		Row(
			visit.planned,
			visit.starts_at,
			visit.state,
			free=None if free is None or not visit.starts_at else visit.starts_at in free | booked,
			reason=visit.reason,
		)
		for visit in coming
	)
	return rule, describe(rule, form.wall, say), rows


def list_plan_visits(plan: str) -> tuple[Row, ...]:
	"""The visits of a saved plan with their states, those of the last weeks first, then the next ten days."""
	doc = frappe.get_doc("Service Plan", plan)
	form, rule = read_rule(doc)
	today = utc_now().astimezone(form.zone).date()
	visits = {visit.plan_date: visit for visit in plans.visits_of(plan) if visit.plan_date}
	conflicts = {conflict.plan_date: conflict for conflict in plans.open_conflicts(plan)}
	last = max([today, *visits, *conflicts])
	schedule = plans.load_schedule(doc, form, rule, last + timedelta(days=800))
	days = {visit.planned: visit for visit in visits_until(schedule, last).visits}
	if doc.status == "Active":
		days |= {visit.planned: visit for visit in first_visits(schedule, today, NEXT)}
	rows = [
		_row(planned, days.get(planned), visits.get(planned), conflicts.get(planned))
		for planned in sorted({*days, *visits, *conflicts})
		if planned >= today - PAST_SHOWN
	]
	return tuple(row for row in rows if row)


def _row(
	planned: date, day: PlannedVisit | None, visit: Visit | None, conflict: Conflict | None
) -> Row | None:
	starts_at = visit.starts_at if visit else (day.starts_at if day else None)
	if conflict:
		return Row(
			planned,
			starts_at,
			NEEDS_PERSON,
			booking=conflict.booking,
			task=conflict.task,
			owner=conflict.owner,
			reason=conflict.reason,
		)
	if visit:
		return Row(planned, starts_at, visit.status, booking=visit.booking, reason=day.reason if day else "")
	if day is None or (day.starts_at and day.starts_at <= utc_now()):
		return None
	state = TO_COME if day.state is VisitState.AS_PLANNED else day.state
	return Row(planned, starts_at, state, reason=day.reason)


def _standing(visits: Sequence[Visit]) -> list[Visit]:
	return [visit for visit in visits if BookingStatus(visit.status) in CLAIMING]


def _free_starts(plan: Document, coming: Sequence[PlannedVisit]) -> set[datetime] | None:
	"""The open starts around the coming days, from one search; None where it can't be told."""
	limit = utc_now() + LOOKED_AHEAD
	starts = [visit.starts_at for visit in coming if visit.starts_at and visit.starts_at < limit]
	parts = parts_of(plan)
	if not starts or not parts:
		return None
	wall = plans.wall_of(plan.start_time)
	grid = next(grid for grid in GRIDS if wall.minute % grid == 0)
	found = find_slots(parts, min(starts), max(starts) + MINUTE, territory=territory_of(plan), grid=grid)
	open_starts = {slot.starts_at for slot in found}
	return open_starts | {visit.starts_at for visit in coming if visit.starts_at and visit.starts_at >= limit}
