"""Complete a class from its service, refuse one that can't be, and claim the time of who leads it and where."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from ..core.classes import SessionStatus, check_session_transition
from ..core.refusal import Refusal
from ..errors import BookingRefused, StateRefused
from ..messages import refuse
from ..site_time import from_site, to_site, to_utc, utc_now
from ..store import claims, class_seats
from ..store.resources import load_facts
from ..store.services import Service
from .check_parts import resource_refusals, whole_refusals
from .claim_parts import claim_parts
from .lay_out_visit import BookedPart, resources_of, service_named, usual_length
from .refuse_visit import refuse_visit
from .seat_booking import is_class


def prepare_session(session: Document, before: Document | None) -> None:
	"""Fill what is empty and check what is asked for; raises StateRefused or BookingRefused."""
	transition = check_session_transition(before and before.status, session.status)
	if transition:
		refuse(transition, StateRefused)
	service = service_named(session.service)
	taken = _taken(session, before)
	wrong = _incomplete(session, before, service, taken)
	if wrong:
		refuse(wrong, BookingRefused)
	_complete(session, before, service)
	session.capacity = session.capacity or service.capacity
	if session.capacity < taken:
		refuse(Refusal("seats_in_use", "capacity", {"taken": taken}), BookingRefused)
	session.seats_taken = taken
	if session.status == SessionStatus.SCHEDULED and is_session_moved(session, before):
		_check(session, service)


def claim_session(session: Document, before: Document | None) -> None:
	"""Bring the claims in line with the class; it names whom it got. Raises SlotTaken when somebody is taken."""
	if session.status == SessionStatus.CANCELLED:
		if before and before.status != session.status:
			claims.release(session.name)
		return
	if session.status != SessionStatus.SCHEDULED or not is_session_moved(session, before):
		return
	(got,) = claim_parts(session.name, (_part(session, service_named(session.service)),))
	if got.resources != resources_of(session):
		kinds = load_facts()
		session.set("resources", [{"resource": name, "kind": kinds[name].kind} for name in got.resources])


def is_session_moved(session: Document, before: Document | None) -> bool:
	"""Whether a class is new, or has another time, other leaders or another place."""
	if before is None:
		return True
	times = ("starts_at", "ends_at")
	return any(get_datetime(session.get(at)) != get_datetime(before.get(at)) for at in times) or resources_of(
		session
	) != resources_of(before)


def _taken(session: Document, before: Document | None) -> int:
	"""How many seats are taken, under the lock that every booking takes."""
	if before is None:
		return 0
	class_seats.lock_sessions([session.name])
	return class_seats.count_seats(session.name)


def _incomplete(session: Document, before: Document | None, service: Service, taken: int) -> Refusal | None:
	if not session.starts_at:
		return Refusal("no_start", "starts_at")
	if before is None and not is_class(service):
		return Refusal("not_a_class", "service", {"service": service.name})
	if before and taken and before.service != session.service:
		return Refusal("session_service_fixed", "service", {"service": before.service})
	if session.status == SessionStatus.CANCELLED and not (session.cancel_reason or "").strip():
		return Refusal("class_cancel_reason", "cancel_reason")
	known = set(
		frappe.get_all(
			"Service Resource",
			{"name": ("in", resources_of(session) or [""])},
			pluck="name",
			order_by="name asc",
		)
	)
	lost = next((name for name in resources_of(session) if name not in known), None)
	return Refusal("unknown_resource", "resources", {"resource": lost}) if lost else None


def _complete(session: Document, before: Document | None, service: Service) -> None:
	starts_at = get_datetime(session.starts_at)
	if before and starts_at != before.starts_at and get_datetime(session.ends_at) == before.ends_at:
		session.ends_at = starts_at + (before.ends_at - before.starts_at)
	if not session.ends_at:
		session.ends_at = to_site(from_site(starts_at) + usual_length(service, resources_of(session)))
	session.starts_at_utc = to_utc(from_site(session.starts_at))
	session.ends_at_utc = to_utc(from_site(session.ends_at))
	session.company = session.company or frappe.db.get_single_value("Runbook Settings", "company", cache=True)


def _check(session: Document, service: Service) -> None:
	parts = (_part(session, service),)
	for refusal in (*whole_refusals(parts, utc_now(), window=False), *resource_refusals(parts)):
		refuse_visit(refusal, parts, apart_from=session.name)


def _part(session: Document, service: Service) -> BookedPart:
	start, end = from_site(session.starts_at), from_site(session.ends_at)
	return BookedPart(service, start, end, resources_of(session), agreed=end - start)
