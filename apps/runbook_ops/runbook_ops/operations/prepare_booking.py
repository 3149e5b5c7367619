"""Complete a booking from its services and customer, and refuse one that can't be."""

from collections.abc import Iterator

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from ..core.booking import CLAIMING, WAIVABLE, BookingStatus, Waiver, check_area, check_transition, may_waive
from ..core.refusal import Refusal
from ..errors import BookingRefused, StateRefused
from ..messages import refuse, tell
from ..site_time import from_site, to_site, to_utc, utc_now
from ..store.places import territories_around
from ..store.services import Service
from .check_deposit import check_deposit
from .check_parts import resource_refusals, whole_refusals
from .lay_out_visit import BookedPart, lay_out_visit, parts_of, service_named
from .price_visit import price_visit
from .refuse_visit import refuse_visit
from .seat_booking import ENDED, is_class, join_session, leave_session

STAMPS = {
	BookingStatus.CONFIRMED: "confirmed_at",
	BookingStatus.COMPLETED: "completed_at",
	BookingStatus.CANCELLED: "cancelled_at",
}


def prepare_booking(booking: Document, before: Document | None) -> None:
	"""Fill what is empty and check what is asked for; `before` is the booking as it is stored, None when it is new.

	Raises StateRefused for a state that can't follow, BookingRefused for a visit that can't take place.
	"""
	transition = check_transition(before and before.status, booking.status)
	if transition:
		refuse(transition, StateRefused)
	_complete(booking)
	service = service_of(booking)
	wrong = _incomplete(booking, before, service) or _unknown_record(booking)
	if wrong:
		refuse(wrong, BookingRefused)
	_lay_out(booking, before, service)
	if before is None:
		booking.requested_starts_at = booking.requested_starts_at or get_datetime(booking.starts_at)
	if is_moved(booking, before) or wants_time(booking, before):
		_check_request(booking, before)
	price_visit(booking, before)
	check_deposit(booking, before, _new_reason(booking, before))
	if before and before.status in CLAIMING and is_moved(booking, before):
		booking.revision = (booking.revision or 0) + 1
		booking.moves = (booking.moves or 0) + int(
			get_datetime(booking.starts_at) != get_datetime(before.starts_at)
		)
	_stamp(booking, before)


def service_of(booking: Document) -> Service:
	"""The service that is booked, of several the first; raises BookingRefused when there is none of that name."""
	return service_named(booking.service)


def wants_time(booking: Document, before: Document | None) -> bool:
	"""Whether this save makes the booking claim its time for the first time."""
	return booking.status in CLAIMING and not (before and before.status in CLAIMING)


def is_moved(booking: Document, before: Document | None) -> bool:
	"""Whether a booking that is open was given another time, other services or other resources, or is new."""
	if before is None:
		return True
	if booking.status in ENDED:
		return False
	return times_changed(booking, before) or _shape(booking) != _shape(before)


def times_changed(booking: Document, before: Document) -> bool:
	"""Whether it starts or ends at another time."""
	return any(
		get_datetime(booking.get(field)) != get_datetime(before.get(field))
		for field in ("starts_at", "ends_at")
	)


def _shape(booking: Document) -> tuple:
	"""What is done and by whom: a change of it asks for the time anew."""
	return (
		tuple((row.resource, row.part or 1) for row in booking.resources),
		tuple((row.service, row.duration_minutes or 0, row.variant or "") for row in booking.services),
		booking.class_session or "",
	)


def _complete(booking: Document) -> None:
	if booking.services and not booking.service:
		booking.service = booking.services[0].service
	booking.company = booking.company or _default_company()
	if booking.customer and not booking.customer_name:
		booking.customer_name = frappe.get_cached_value("Customer", booking.customer, "customer_name")
	if booking.is_new() and not booking.territory and booking.customer:
		booking.territory = frappe.get_cached_value("Customer", booking.customer, "territory")


def _incomplete(booking: Document, before: Document | None, service: Service) -> Refusal | None:
	if not booking.starts_at and not (is_class(service) and booking.class_session):
		return Refusal("no_start", "starts_at")
	several = booking.services or (before and before.services)
	if before and before.status in CLAIMING and booking.service != before.service and not several:
		return Refusal("service_fixed", "service", {"service": before.service})
	return None


def _unknown_record(booking: Document) -> Refusal | None:
	"""Frappe lets a link to nothing pass when another field is fetched through it (seen in 15.101)."""
	known = {
		doctype: set(frappe.get_all(doctype, {"name": ("in", names)}, pluck="name", order_by="name asc"))
		for doctype, names in _links(booking).items()
	}
	return next(
		(refusal for refusal, doctype, name in _linked(booking) if name not in known.get(doctype, ())), None
	)


def _linked(booking: Document) -> Iterator[tuple[Refusal, str, str]]:
	customer = Refusal("unknown_customer", "customer", {"customer": booking.customer})
	yield customer, "Customer", booking.customer
	for row in booking.resources:
		refusal = Refusal("unknown_resource", "resources", {"resource": row.resource})
		yield refusal, "Service Resource", row.resource
	for row in booking.items:
		yield Refusal("unknown_item", "items", {"item": row.item}), "Item", row.item


def _links(booking: Document) -> dict[str, list[str]]:
	found: dict[str, list[str]] = {}
	for _refusal, doctype, name in _linked(booking):
		found.setdefault(doctype, []).append(name)
	return found


def _lay_out(booking: Document, before: Document | None, service: Service) -> None:
	"""The visit's times and people, from its services or from its class."""
	if is_class(service) and len(booking.services) <= 1:
		booking.set("services", [])
		join_session(booking, before, service)
	else:
		leave_session(booking)
		lay_out_visit(booking, before)
		_keep_classes_apart(booking)
	booking.starts_at_utc = to_utc(from_site(booking.starts_at))


def _keep_classes_apart(booking: Document) -> None:
	for row in booking.services:
		if is_class(service_named(row.service)):
			refuse(Refusal("class_alone", "services", {"service": row.service}), BookingRefused)


def _check_request(booking: Document, before: Document | None) -> None:
	"""Refuse what can't be; a rule that may be set aside is, when somebody who may gives a reason."""
	parts = parts_of(booking)
	waived = [
		refusal for refusal in _refusals(booking, before, parts) if _stands(refusal, booking, before, parts)
	]
	if waived:
		rules = dict.fromkeys(tell(refusal.code, dict(refusal.values)) for refusal in waived)
		booking.flags.waived = tell("waived", {"rule": " ".join(rules), "reason": booking.override_reason})


def _refusals(booking: Document, before: Document | None, parts: tuple[BookedPart, ...]) -> Iterator[Refusal]:
	asked_anew = before is None or is_moved(booking, before)
	bound = asked_anew and not booking.plan and not (booking.flags.follows_session or booking.flags.was_held)
	yield from whole_refusals(parts, utc_now(), window=bound)
	if bound:
		around = territories_around(booking.territory)
		for part in parts:
			refusal = check_area(part.service.name, part.service.territories, around)
			if refusal:
				yield refusal
	if not booking.class_session:
		yield from resource_refusals(parts)


def _stands(
	refusal: Refusal, booking: Document, before: Document | None, parts: tuple[BookedPart, ...]
) -> bool:
	"""Raise the refusal, unless it has been set aside: now, or when this very time was asked for."""
	staff = not booking.flags.by_customer
	manager = staff and "Runbook Manager" in frappe.get_roles()
	if may_waive(refusal.code, _new_reason(booking, before), staff, manager):
		return True
	if (
		refusal.code in WAIVABLE
		and staff
		and before
		and before.override_reason
		and not is_moved(booking, before)
	):
		return False
	waiver = WAIVABLE.get(refusal.code) if staff else None
	if waiver is Waiver.MANAGER and manager:
		waiver = Waiver.STAFF
	return refuse_visit(refusal, parts, territory=booking.territory, apart_from=booking.name, waiver=waiver)


def _new_reason(booking: Document, before: Document | None) -> str:
	"""The reason that is given with this save; one from an earlier change does not count again."""
	reason = booking.override_reason or ""
	old = before is not None and reason == (before.override_reason or "")
	return "" if old and not booking.flags.reason_given else reason


def _stamp(booking: Document, before: Document | None) -> None:
	if before and before.status == booking.status:
		return
	field = STAMPS.get(BookingStatus(booking.status))
	if field and not booking.get(field):
		booking.set(field, to_site(utc_now()))


def _default_company() -> str | None:
	return frappe.db.get_single_value(
		"Runbook Settings", "company", cache=True
	) or frappe.defaults.get_global_default("company")
