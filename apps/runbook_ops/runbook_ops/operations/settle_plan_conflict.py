"""A person's answer about a day of a plan that could not be booked as planned: the answer is done, or refused as a whole."""

import json
from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from ..core.followups import OPEN_STATES, PlanChoice
from ..core.plan_days import Change, PlannedVisit, VisitState, usual_start
from ..core.refusal import Refusal
from ..errors import ResolutionRefused
from ..messages import refuse, tell
from ..site_time import from_site, to_site
from ..store import plans
from .change_booking import book_visit, cancel_booking, reschedule_booking
from .check_plan import schedule_of
from .materialise_plan import visit_values
from .open_plan_conflict import next_offers, others_free, slot_with, tell_slot, wished_start


@dataclass(frozen=True)
class Asked:
	"""What a task asks: a day of a plan, when its visit should start, and the booking that could not be moved there."""

	plan: Document
	visit: PlannedVisit
	wished: datetime
	booking: str | None


def is_plan_conflict(task: Document) -> bool:
	"""Whether the task asks about a day of a plan."""
	return bool(task.reference_doctype == "Service Plan" and task.choices and not task.step_run)


def offered_answers(task: Document) -> list[dict]:
	"""The task's choices with what each offers at this moment.

	Each: `choice`, `label` of what is offered (may be empty), `answers` to choose among (`value`, `label`).
	"""
	asked = _asked(task)
	slots = [{"value": _slot_value(slot), "label": tell_slot(slot)} for slot in _offers(asked)]
	people = [{"value": name, "label": name} for name in others_free(asked.plan, asked.wished)]
	answers = {PlanChoice.NEXT_SLOT: slots, PlanChoice.OTHER_PERSON: people}
	return [
		{"choice": choice, "answers": answers.get(PlanChoice(choice), [])}
		for choice in task.choices.splitlines()
	]


def settle_plan_conflict(task: Document, choice: str, reason: str, answer: str | None) -> str:
	"""Do what was chosen; gives what came of it in words. `answer`: the slot or person, when it was one of several.

	Raises ResolutionRefused, SlotTaken or BookingRefused, after which the task is as it was.
	"""
	plans.lock_plan(task.reference_name)
	if task.status not in OPEN_STATES:
		refuse(Refusal("no_longer_asked"), ResolutionRefused)
	asked = _asked(task)
	return {
		PlanChoice.NEXT_SLOT: _take_slot,
		PlanChoice.OTHER_PERSON: _give_to_other,
		PlanChoice.SKIP_VISIT: _skip,
		PlanChoice.BY_HAND: _leave,
	}[PlanChoice(choice)](asked, reason, answer)


def _asked(task: Document) -> Asked:
	plan = frappe.get_doc("Service Plan", task.reference_name)
	planned = plans.conflict_date(task.dedupe_key)
	start = usual_start(schedule_of(plan, planned), planned)
	visit = PlannedVisit(planned, VisitState.AS_PLANNED if start else VisitState.NO_OPEN_DAY, start)
	return Asked(plan, visit, wished_start(plan, visit), task.booking or None)


def _offers(asked: Asked):
	return next_offers(asked.plan, asked.wished, asked.booking)


def _slot_value(slot) -> str:
	return json.dumps({"starts_at": to_site(slot.starts_at).isoformat(), "resources": list(slot.resources)})


def _take_slot(asked: Asked, reason: str, answer: str | None) -> str:
	if answer:
		starts_at, resources = _read_slot(answer)
	else:
		offers = _offers(asked)
		if not offers:
			refuse(Refusal("plan_no_offer"), ResolutionRefused)
		starts_at, resources = offers[0].starts_at, offers[0].resources
	return _book(asked, starts_at, resources, reason)


def _give_to_other(asked: Asked, reason: str, answer: str | None) -> str:
	person = answer or next(iter(others_free(asked.plan, asked.wished)), None)
	slot = person and slot_with(asked.plan, asked.wished, person, asked.booking)
	if not slot:
		refuse(Refusal("plan_nobody_free"), ResolutionRefused)
	return _book(asked, asked.wished, slot.resources, reason)


def _skip(asked: Asked, reason: str, answer: str | None) -> str:
	text = tell("plan_skipped", {"user": frappe.utils.get_fullname(), "reason": reason}).strip()
	plans.put_exception(asked.plan.name, asked.visit.planned, Change.SKIPPED, reason=text)
	if asked.booking:
		cancel_booking(asked.booking, text)
	return text


def _leave(asked: Asked, reason: str, answer: str | None) -> str:
	"""Somebody deals with it outside of the plan: a visit that is booked stays as it is, one that is not is not made."""
	text = tell("plan_by_hand", {"user": frappe.utils.get_fullname(), "reason": reason}).strip()
	if asked.booking:
		starts_at = from_site(frappe.db.get_value("Service Booking", asked.booking, "starts_at"))
		plans.put_exception(asked.plan.name, asked.visit.planned, Change.MOVED, starts_at, text)
	else:
		plans.put_exception(asked.plan.name, asked.visit.planned, Change.SKIPPED, reason=text)
	return text


def _book(asked: Asked, starts_at: datetime, resources: tuple[str, ...], reason: str) -> str:
	planned = asked.visit.planned
	if asked.booking:
		booking = asked.booking
		reschedule_booking(booking, starts_at, resources)
	else:
		booking = book_visit(visit_values(asked.plan, planned, starts_at, resources), True)
	if starts_at != asked.visit.starts_at:
		plans.put_exception(asked.plan.name, planned, Change.MOVED, starts_at, reason)
	doc = frappe.get_doc("Service Booking", booking)
	who = ", ".join(row.resource for row in doc.resources)
	return f"{booking}: {frappe.format(doc.starts_at, 'Datetime')}, {who}. {reason}".strip()


def _read_slot(answer: str) -> tuple[datetime, tuple[str, ...]]:
	try:
		slot = json.loads(answer)
		starts_at = from_site(get_datetime(slot["starts_at"]))
		resources = tuple(str(name) for name in slot["resources"])
	except (ValueError, TypeError, KeyError, AttributeError):
		refuse(Refusal("plan_answer", "answer"), ResolutionRefused)
	return starts_at, resources
