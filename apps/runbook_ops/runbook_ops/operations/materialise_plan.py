"""Book the visits of a plan that lie in its rolling window; what can't be booked becomes a task that somebody owns."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import frappe
from frappe.model.document import Document

from ..core.plan_days import REACH, TAKES_PLACE, PlannedVisit, Visits, VisitState, visits_until
from ..messages import tell
from ..site_time import to_site, utc_now
from ..store import plans
from ..store.services import WantedPart, load_service
from .change_booking import book_visit
from .check_plan import schedule_of
from .find_slots import OpenSlot, find_slots
from .open_plan_conflict import open_plan_conflict
from .undo_refused import undo_refused

MOST_AT_ONCE = 40
"""Visits that one call books at the most; a job goes on with the rest."""

MINUTE = timedelta(minutes=1)
SOURCE = "Plan"


@dataclass(frozen=True)
class Materialised:
	"""What one call did: visits booked, tasks opened, and whether the window is full."""

	booked: int = 0
	conflicts: int = 0
	finished: bool = True


def materialise_plan(plan: str, most: int = MOST_AT_ONCE) -> Materialised:
	"""Book what the plan's window lacks, `most` visits at the most; safe to run twice, and by two at once.

	A day that has a booking, whatever has become of it, or an open task, is never booked again.
	"""
	plans.lock_plan(plan)
	doc = frappe.get_doc("Service Plan", plan)
	if doc.status != "Active":
		return Materialised()
	now = utc_now()
	last = now.astimezone(plans.zone_of(doc)).date() + timedelta(days=doc.window_days)
	found = visits_until(schedule_of(doc, last), last)
	missing = _missing(doc, found, now)
	conflicts = sum(not make_visit(doc, visit) for visit in missing[:most])
	finished = len(missing) <= most
	_note_progress(doc, found, now, last, finished)
	return Materialised(min(len(missing), most) - conflicts, conflicts, finished)


def make_visit(plan: Document, visit: PlannedVisit) -> bool:
	"""Book one day of a plan; False when it became a task instead."""
	if visit.starts_at is None:
		open_plan_conflict(plan, visit, tell("plan_no_open_day", {"days": REACH}))
		return False
	slot = open_at(plan, visit.starts_at)
	wanted = slot.resources if slot else plans.named_resources(plan)
	values = visit_values(plan, visit.planned, visit.starts_at, wanted)
	refused = attempt(lambda: book_visit(values, True))
	if refused is None:
		return True
	if not plans.is_planned(plan.name, visit.planned):
		open_plan_conflict(plan, visit, refused)
	return False


def attempt(work: Callable[[], object]) -> str | None:
	"""Do it whole or not at all; gives the text of the refusal, None when it was done.

	A refusal that this catches is told to nobody else: what it left in the answer to the request is taken back.
	"""
	with undo_refused() as tried:
		work()
	if tried.error is None:
		return None
	frappe.local.response.pop("next_open", None)
	return tried.refusal


def parts_of(plan: Document) -> tuple[WantedPart, ...]:
	"""The plan's visit as the search for open slots wants it; nothing when its service is gone."""
	service = load_service(plan.service)
	if service is None or not service.active:
		return ()
	return (WantedPart(service, plans.named_resources(plan), duration=plans.duration_of(plan)),)


def open_at(plan: Document, starts_at: datetime) -> OpenSlot | None:
	"""The open slot at just this time, with whom it would be; None when there is none or nobody is named to look for."""
	parts = parts_of(plan)
	if not parts or not plans.named_resources(plan):
		return None
	found = find_slots(parts, starts_at, starts_at + MINUTE, territory=territory_of(plan), grid=1)
	return found[0] if found else None


def territory_of(plan: Document) -> str | None:
	"""Where the plan's visits are, as far as it narrows who can be sent."""
	return frappe.get_cached_value("Customer", plan.customer, "territory") or None


def visit_values(plan: Document, planned: date, starts_at: datetime, resources: tuple[str, ...] = ()) -> dict:
	"""A Service Booking's fields for a visit of the plan that starts at an aware moment."""
	length = plans.duration_of(plan)
	return {
		"customer": plan.customer,
		"service": plan.service,
		"starts_at": to_site(starts_at),
		"ends_at": to_site(starts_at + length) if length else None,
		"resources": [{"resource": name} for name in resources],
		"company": plan.company,
		"address": plan.address,
		"notes": plan.notes,
		"source": SOURCE,
		"plan": plan.name,
		"plan_date": planned,
	}


def _missing(plan: Document, found: Visits, now: datetime) -> list[PlannedVisit]:
	"""The days in the window that nothing stands for yet and that are still to come."""
	handled = {visit.plan_date for visit in plans.visits_of(plan.name)}
	handled |= {conflict.plan_date for conflict in plans.open_conflicts(plan.name)}
	today = now.astimezone(plans.zone_of(plan)).date()
	return [
		visit
		for visit in found.visits
		if visit.planned not in handled
		and (
			(visit.state in TAKES_PLACE and visit.starts_at is not None and visit.starts_at > now)
			or (visit.state is VisitState.NO_OPEN_DAY and visit.planned >= today)
		)
	]


def _note_progress(plan: Document, found: Visits, now: datetime, last: date, finished: bool) -> None:
	"""Say how far the plan is booked, and when it is due again: when its next day comes into the window."""
	today = now.astimezone(plans.zone_of(plan)).date()
	values: dict = {"planned_until": last if finished else plan.planned_until}
	if not finished:
		values["due_on"] = today
	elif found.next_day:
		values["due_on"] = max(found.next_day - timedelta(days=plan.window_days), today + timedelta(days=1))
	else:
		over = max((visit.planned for visit in found.visits), default=today) + timedelta(days=REACH + 1)
		values |= {"due_on": over} if over > today else {"due_on": None, "status": "Ended"}
	frappe.db.set_value("Service Plan", plan.name, values, update_modified=False)
