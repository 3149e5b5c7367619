"""Ask somebody about a day of a plan that can't be booked as planned: an owned task with choices."""

from datetime import datetime, timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_datetime

from ..core.followups import PlanChoice, TaskKind
from ..core.plan_days import PlannedVisit
from ..core.wall_time import moment_at
from ..messages import tell
from ..site_time import to_site, utc_now
from ..store import plans
from ..store.services import WantedPart, load_service
from .find_slots import OpenSlot, find_slots, next_open
from .open_task import TaskWish, open_task
from .rank_candidates import rank_candidates

OWNER_ROLE = "Runbook Front Desk"
MOST_PEOPLE = 5
DUE_IN = timedelta(days=1)


def open_plan_conflict(plan: Document, visit: PlannedVisit, reason: str, booking: str | None = None) -> str:
	"""Open the task; `reason` says why the day can't be as planned, `booking` is the visit that could not be moved there.

	Due in a day, or when the visit would start, whichever is earlier.
	"""
	wished = wished_start(plan, visit)
	offer = next(iter(next_offers(plan, wished, booking)), None)
	text = reason
	if offer and _("Next open") not in reason and "Next open" not in reason:
		text = f"{reason} {tell('next_open', {'slots': tell_slot(offer)})}"
	when = format_datetime(to_site(wished), "EEE d MMM HH:mm")
	choices = _choices(plan, wished, offer, booking)
	return open_task(
		TaskWish(
			subject=_("{0}: {1} on {2} can't be booked as planned").format(
				plan.customer_name or plan.customer, plan.service, when
			),
			due_at=min(utc_now() + DUE_IN, max(wished, utc_now())),
			key=plans.conflict_key(plan.name, visit.planned),
			kind=TaskKind.EXCEPTION,
			role=OWNER_ROLE,
			values={
				"reason_code": "plan_conflict",
				"reason": text,
				"choices": "\n".join(choices),
				"customer": plan.customer,
				"booking": booking,
				"reference_doctype": "Service Plan",
				"reference_name": plan.name,
				"priority": "High",
			},
		)
	)


def wished_start(plan: Document, visit: PlannedVisit) -> datetime:
	"""When the visit should start: as planned, or for a holiday without an open day, at its usual time of that day."""
	if visit.starts_at:
		return visit.starts_at
	return moment_at(visit.planned, plans.wall_of(plan.start_time), plans.zone_of(plan))


def next_offers(plan: Document, wished: datetime, booking: str | None = None) -> tuple[OpenSlot, ...]:
	"""The next open slots for the plan's visit: with whom it names when they have one, else with anybody who fits."""
	service = load_service(plan.service)
	if service is None or not service.active:
		return ()
	only, duration = plans.named_resources(plan), plans.duration_of(plan)
	territory = frappe.get_cached_value("Customer", plan.customer, "territory")
	found = next_open(
		(WantedPart(service, only, duration=duration),),
		wished,
		utc_now(),
		apart_from=booking,
		territory=territory,
	)
	if found or not only:
		return found
	parts = (WantedPart(service, duration=duration),)
	return next_open(parts, wished, utc_now(), apart_from=booking, territory=territory)


def others_free(plan: Document, wished: datetime) -> tuple[str, ...]:
	"""The people and crews who could do the visit at that time, the best first."""
	service = load_service(plan.service)
	if service is None or not service.active or wished <= utc_now():
		return ()
	length = plans.duration_of(plan) or service.duration
	draft = frappe.get_doc(
		{
			"doctype": "Service Booking",
			"customer": plan.customer,
			"service": plan.service,
			"starts_at": to_site(wished),
			"ends_at": to_site(wished + length),
			"territory": frappe.get_cached_value("Customer", plan.customer, "territory"),
			"address": plan.address,
		}
	)
	named = plans.named_resources(plan)
	free = [
		ranked.candidate.name
		for ranked in rank_candidates(draft)
		if ranked.fits and ranked.candidate.free and ranked.candidate.name not in named
	]
	return tuple(free[:MOST_PEOPLE])


def slot_with(plan: Document, wished: datetime, resource: str, booking: str | None = None) -> OpenSlot | None:
	"""The plan's visit at that time with this person or crew, and a room or machine if it needs one."""
	service = load_service(plan.service)
	if service is None:
		return None
	found = find_slots(
		(WantedPart(service, (resource,), duration=plans.duration_of(plan)),),
		wished,
		wished + timedelta(minutes=1),
		apart_from=booking,
		grid=1,
	)
	return found[0] if found else None


def tell_slot(slot: OpenSlot) -> str:
	"""A slot in words: when and with whom."""
	return _("{0} with {1}").format(
		format_datetime(to_site(slot.starts_at), "EEE d MMM HH:mm"), ", ".join(slot.resources)
	)


def _choices(
	plan: Document, wished: datetime, offer: OpenSlot | None, booking: str | None
) -> tuple[PlanChoice, ...]:
	found = []
	if offer:
		found.append(PlanChoice.NEXT_SLOT)
	if others_free(plan, wished):
		found.append(PlanChoice.OTHER_PERSON)
	return (*found, PlanChoice.SKIP_VISIT, PlanChoice.BY_HAND)
