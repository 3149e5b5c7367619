"""The moves in a booking's life that people ask for by name; the booking's own rules judge them."""

from collections.abc import Sequence
from datetime import datetime

import frappe
from frappe.model.document import Document

from ..core.booking import BookingStatus
from ..core.refusal import Refusal
from ..errors import BookingRefused
from ..messages import refuse
from ..site_time import to_site
from .claim_time import refuse_seen_taken


def book_visit(values: dict, confirm: bool = False) -> str:
	"""A new booking from field values, requested or confirmed at once; gives its number."""
	status = BookingStatus.CONFIRMED if confirm else BookingStatus.REQUESTED
	booking = frappe.get_doc({**values, "doctype": "Service Booking", "status": status})
	if confirm:
		refuse_seen_taken(booking)
	return booking.insert().name


def confirm_booking(booking: str, override_reason: str | None = None) -> None:
	"""Claim its time and run its chain; `override_reason`: why although a rule speaks against it."""
	doc = frappe.get_doc("Service Booking", booking)
	doc.status = BookingStatus.CONFIRMED
	if override_reason:
		doc.override_reason = override_reason
		doc.flags.reason_given = True
	doc.save()


def hold_booking(booking: str) -> None:
	"""Keep its time or its seats without confirming it: no chain runs, nobody is told."""
	_set(booking, status=BookingStatus.HELD)


def release_booking(booking: str) -> None:
	"""Give back what a held booking keeps; it is a request again."""
	_set(booking, status=BookingStatus.REQUESTED)


def reschedule_booking(
	booking: str,
	starts_at: datetime | None,
	resources: Sequence[str | tuple[str, int]] | None = None,
	class_session: str | None = None,
	override_reason: str | None = None,
	by_customer: bool = False,
) -> None:
	"""Move a booking to another start (aware) or class, and to other resources when given; it moves whole or not at all.

	A resource is a name, then it is for the first service and the others keep theirs, or a name and the part that it is for.
	"""
	doc = frappe.get_doc("Service Booking", booking)
	if starts_at is not None:
		doc.starts_at = to_site(starts_at)
	if class_session:
		doc.class_session = class_session
	if resources is not None:
		_name_resources(doc, resources)
	if override_reason:
		doc.override_reason = override_reason
		doc.flags.reason_given = True
	doc.flags.by_customer = by_customer
	doc.save()


def cancel_booking(booking: str, reason: str, cancelled_by: str = "Staff") -> None:
	"""Cancel it, with a reason; its time is free again."""
	if not reason.strip():
		refuse(Refusal("cancel_needs_reason", "cancel_reason"), BookingRefused)
	_set(booking, status=BookingStatus.CANCELLED, cancel_reason=reason, cancelled_by=cancelled_by)


def mark_no_show(booking: str) -> None:
	"""The customer did not come."""
	_set(booking, status=BookingStatus.NO_SHOW)


def complete_booking(booking: str) -> None:
	"""The visit has taken place; its job is done with it."""
	_set(booking, status=BookingStatus.COMPLETED)


def _name_resources(doc: Document, resources: Sequence[str | tuple[str, int]]) -> None:
	rows = [(one, 1) if isinstance(one, str) else one for one in resources]
	named = {part for _name, part in rows}
	kept = [(row.resource, row.part or 1) for row in doc.resources if (row.part or 1) not in named]
	order = sorted((*rows, *(kept if named else ())), key=lambda row: row[1])
	doc.set("resources", [{"resource": name, "part": part} for name, part in order])


def _set(booking: str, **values) -> Document:
	doc = frappe.get_doc("Service Booking", booking)
	doc.update(values)
	return doc.save()
