"""Complete a booking from its service and customer, and refuse one that can't be."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from ..core.booking import CLAIMING, BookingStatus, Visit, check_transition, check_visit
from ..core.eligibility import check_choice, check_open, claimed_resources
from ..core.refusal import Refusal
from ..core.timeline import to_minutes
from ..errors import BookingRefused, StateRefused
from ..messages import refuse
from ..site_time import from_site, to_site, to_utc, utc_now
from ..store.resources import load_facts, load_working_time
from ..store.services import Service, load_service


def prepare_booking(booking: Document, before: Document | None) -> None:
	"""Fill what is empty and check what is asked for; `before` is the booking as it is stored, None when it is new.

	Raises StateRefused for a state that can't follow, BookingRefused for a visit that can't take place.
	"""
	transition = check_transition(before and before.status, booking.status)
	if transition:
		refuse(transition, StateRefused)
	service = service_of(booking)
	wrong = _incomplete(booking, before) or _unknown_record(booking)
	if wrong:
		refuse(wrong, BookingRefused)
	_complete(booking, before, service)
	if is_moved(booking, before) or wants_time(booking, before):
		refusal = _check_request(booking, service)
		if refusal:
			refuse(refusal, BookingRefused)
	if before and before.status in CLAIMING and is_moved(booking, before):
		booking.revision = (booking.revision or 0) + 1
		booking.moves = (booking.moves or 0) + int(_times_changed(booking, before))
	_stamp(booking, before)


def service_of(booking: Document) -> Service:
	"""The service that is booked; raises BookingRefused when there is none of that name."""
	service = load_service(booking.service)
	if service is None:
		refuse(Refusal("unknown_service", "service", {"service": booking.service}), BookingRefused)
	return service


def wants_time(booking: Document, before: Document | None) -> bool:
	"""Whether this save makes the booking claim its time for the first time."""
	return booking.status in CLAIMING and not (before and before.status in CLAIMING)


def is_moved(booking: Document, before: Document | None) -> bool:
	"""Whether a booking that is open was given another time or other resources, or is new."""
	if before is None:
		return True
	if booking.status in (BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW):
		return False
	return _times_changed(booking, before) or resources_of(booking) != resources_of(before)


def _times_changed(booking: Document, before: Document) -> bool:
	return any(
		get_datetime(booking.get(field)) != get_datetime(before.get(field))
		for field in ("starts_at", "ends_at")
	)


def resources_of(booking: Document) -> tuple[str, ...]:
	"""The names of the resources that the booking asks for, in its order."""
	return tuple(row.resource for row in booking.resources)


def _incomplete(booking: Document, before: Document | None) -> Refusal | None:
	if not booking.starts_at:
		return Refusal("no_start", "starts_at")
	if before and before.status in CLAIMING and booking.service != before.service:
		return Refusal("service_fixed", "service", {"service": before.service})
	return None


def _unknown_record(booking: Document) -> Refusal | None:
	"""Frappe lets a link to nothing pass when another field is fetched through it (seen in 15.101)."""
	links = [
		(
			"Customer",
			booking.customer,
			Refusal("unknown_customer", "customer", {"customer": booking.customer}),
		)
	]
	links += [
		(
			"Service Resource",
			row.resource,
			Refusal("unknown_resource", "resources", {"resource": row.resource}),
		)
		for row in booking.resources
	]
	links += [
		("Item", row.item, Refusal("unknown_item", "items", {"item": row.item})) for row in booking.items
	]
	return next((refusal for doctype, name, refusal in links if not frappe.db.exists(doctype, name)), None)


def _complete(booking: Document, before: Document | None, service: Service) -> None:
	starts_at = get_datetime(booking.starts_at)
	if before and starts_at != before.starts_at and get_datetime(booking.ends_at) == before.ends_at:
		booking.ends_at = starts_at + (before.ends_at - before.starts_at)
	if not booking.ends_at:
		booking.ends_at = to_site(from_site(starts_at) + service.duration)
	booking.starts_at_utc = to_utc(from_site(booking.starts_at))
	booking.ends_at_utc = to_utc(from_site(booking.ends_at))
	booking.company = booking.company or _default_company()
	if booking.customer and not booking.customer_name:
		booking.customer_name = frappe.get_cached_value("Customer", booking.customer, "customer_name")
	if before is None and not booking.territory and booking.customer:
		booking.territory = frappe.get_cached_value("Customer", booking.customer, "territory")


def _check_request(booking: Document, service: Service) -> Refusal | None:
	visit = Visit(
		start=from_site(booking.starts_at),
		end=from_site(booking.ends_at),
		service_active=service.active,
		min_notice=service.min_notice,
		booking_horizon=service.booking_horizon,
	)
	chosen = resources_of(booking)
	return check_visit(visit, utc_now()) or (_check_resources(chosen, service, visit) if chosen else None)


def _check_resources(chosen: tuple[str, ...], service: Service, visit: Visit) -> Refusal | None:
	resources = load_facts()
	refusal = check_choice(chosen, service.requirements, resources)
	if refusal:
		return refusal
	start, end = to_minutes(visit.start), to_minutes(visit.end)
	working = load_working_time(claimed_resources(chosen, resources), start, end)
	for name in claimed_resources(chosen, resources):
		time = working[name]
		if resources[name].kind == "Crew" and not time.open:
			continue
		refusal = check_open(name, start, end, time.open, time.closed, time.zone)
		if refusal:
			return refusal
	return None


def _stamp(booking: Document, before: Document | None) -> None:
	if before and before.status == booking.status:
		return
	field = {
		BookingStatus.CONFIRMED: "confirmed_at",
		BookingStatus.COMPLETED: "completed_at",
		BookingStatus.CANCELLED: "cancelled_at",
	}.get(BookingStatus(booking.status))
	if field and not booking.get(field):
		booking.set(field, to_site(utc_now()))


def _default_company() -> str | None:
	return frappe.db.get_single_value(
		"Runbook Settings", "company", cache=True
	) or frappe.defaults.get_global_default("company")
