"""Who could take a visit, ranked and with the reasons; and whom a service's rule asks first."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import frappe
from frappe.model.document import Document
from frappe.utils import format_datetime

from ..core.assignment import AssignBy, Candidate, Ranked, Reason, order_by_rule, rank
from ..core.booking import BookingStatus
from ..core.claims import claim_span
from ..core.day_board import day_span
from ..core.eligibility import Requirement, Resources, calendar_of, candidates, claimed_resources, open_text
from ..core.slots import Calendar
from ..core.timeline import Interval, from_minutes, intersect, merge
from ..messages import tell
from ..site_time import site_zone, to_site, utc_now
from ..store.assignment import count_visits, last_given
from ..store.places import territories_around
from ..store.resources import load_calendars, load_facts
from .lay_out_visit import BookedPart, parts_of, resources_of

DOERS = ("Person", "Crew")
ROUND = timedelta(days=7)
"""How far back a round of the round robin reaches."""


def rank_candidates(booking: Document) -> tuple[Ranked, ...]:
	"""Everybody of the right kind, the best first, each with the reasons; a fixed number of queries."""
	resources = load_facts()
	part = _part_of_doer(parts_of(booking), resources)
	rule = rule_of(part.service.name)
	return rank(_candidates(booking, part, _needed(part, resources), resources, rule), rule)


def tell_candidates(booking: str) -> list[dict]:
	"""The ranking of `rank_candidates`, with the reasons in the reader's language."""
	return [
		{
			"resource": ranked.candidate.name,
			"fits": ranked.fits,
			"able": ranked.candidate.able,
			"current": ranked.candidate.current,
			"reasons": [{"text": _told(reason), "good": reason.good} for reason in ranked.reasons],
		}
		for ranked in rank_candidates(frappe.get_doc("Service Booking", booking))
	]


def _told(reason: Reason) -> str:
	"""The reason as people read it; who is busy is so for hours and not for weeks."""
	values = dict(reason.values)
	until = values.get("until")
	if isinstance(until, datetime):
		values["until"] = format_datetime(to_site(until), "EEE HH:mm")
	return tell(reason.code, values)


def preferred_order(booking: Document, parts: Sequence[BookedPart]) -> tuple[str, ...]:
	"""Whom the rule of the first service asks first, the best first, where nobody is chosen; empty when it keeps the usual order."""
	left = [part for part in parts if not part.resources]
	rule = rule_of(parts[0].service.name)
	if rule is AssignBy.IN_ORDER or not left:
		return ()
	resources = load_facts()
	found: dict[str, Candidate] = {}
	for part in left:
		for needed in part.service.requirements:
			if needed.kind in DOERS:
				found.update({one.name: one for one in _candidates(booking, part, needed, resources, rule)})
	return order_by_rule(tuple(found.values()), rule)


def rule_of(service: str) -> AssignBy:
	"""How the service chooses among those who are free."""
	return AssignBy(frappe.get_cached_value("Bookable Service", service, "assign_by") or AssignBy.IN_ORDER)


def _part_of_doer(parts: Sequence[BookedPart], resources: Resources) -> BookedPart:
	return next((part for part in parts if _doer(part, resources)), parts[0])


def _doer(part: BookedPart, resources: Resources) -> str | None:
	return next(
		(name for name in part.resources if name in resources and resources[name].kind in DOERS), None
	)


def _needed(part: BookedPart, resources: Resources) -> Requirement:
	"""What the one who does it must be: the requirement that the present one fills, else the first for people."""
	wanted = [needed for needed in part.service.requirements if needed.kind in DOERS] or [
		Requirement("Person")
	]
	present = _doer(part, resources)
	return next((needed for needed in wanted if present in candidates(needed, resources)), wanted[0])


@dataclass(frozen=True)
class _Place:
	"""Where and when a visit is to take place, UTC minutes: without and with its buffers, and its day and week."""

	visit: Interval
	claim: Interval
	day: Interval
	week: Interval


def _place(part: BookedPart) -> _Place:
	placed = part.placed
	local = part.start.astimezone(site_zone()).date()
	monday = local - timedelta(days=local.weekday())
	return _Place(
		visit=(placed.start, placed.end),
		claim=claim_span(placed.start, placed.end, placed.buffer_before, placed.buffer_after),
		day=day_span(local, site_zone()),
		week=(day_span(monday, site_zone())[0], day_span(monday + timedelta(days=6), site_zone())[1]),
	)


def _candidates(
	booking: Document, part: BookedPart, needed: Requirement, resources: Resources, rule: AssignBy
) -> list[Candidate]:
	anyone = Requirement(needed.kind, None, needed.resource)
	names = candidates(anyone, resources)
	able = candidates(needed, resources)
	near = candidates(anyone, resources, territories_around(booking.territory))
	number = booking.name or ""
	place = _place(part)
	around = claimed_resources(names, resources)
	calendars = load_calendars(
		around, min(place.week[0], place.claim[0]), max(place.week[1], place.claim[1]), number
	)
	visits = count_visits(booking.customer, names, number)
	rounds = last_given(names, utc_now() - ROUND, number) if rule is AssignBy.ROUND_ROBIN else {}
	chosen = resources_of(booking)
	asked = booking.status in (BookingStatus.REQUESTED, BookingStatus.HELD)
	return [
		Candidate(
			name=name,
			missing_skills=() if name in able else (needed.skill or "",),
			serves_territory=name in near,
			visits_with_customer=visits.get(name, 0),
			asked_for=asked and name in chosen,
			current=name in chosen,
			last_given=rounds.get(name),
			**_time_of(name, place, resources, calendars),
		)
		for name in names
	]


def _time_of(
	name: str, place: _Place, resources: Resources, calendars: Mapping[str, Calendar]
) -> dict[str, Any]:
	"""Whether somebody is at work and free then, and how much of that day and week is claimed already."""
	calendar = calendar_of(name, resources, calendars)
	start, end = place.visit
	in_the_way = intersect((place.claim,), merge(calendar.busy))
	return {
		"at_work": any(first <= start and end <= last for first, last in calendar.open),
		"hours": open_text(from_minutes(start).astimezone(site_zone()).date(), calendar.open, site_zone()),
		"busy_until": _end_of(in_the_way[-1], calendar.busy) if in_the_way else None,
		"day_minutes": _minutes(intersect((place.day,), merge(calendar.busy))),
		"week_minutes": _minutes(intersect((place.week,), merge(calendar.busy))),
	}


def _end_of(part: Interval, busy: Sequence[Interval]) -> int:
	return next(end for start, end in merge(busy) if start <= part[0] < end)


def _minutes(spans: Sequence[Interval]) -> int:
	return sum(end - start for start, end in spans)
