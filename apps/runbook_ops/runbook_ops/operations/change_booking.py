"""The moves in a booking's life that people ask for by name; the booking's own rules judge them."""

from datetime import datetime

import frappe
from frappe.model.document import Document

from ..core.booking import BookingStatus
from ..core.refusal import Refusal
from ..errors import BookingRefused
from ..messages import refuse
from ..site_time import to_site


def book_visit(values: dict, confirm: bool = False) -> str:
	"""A new booking from field values, requested or confirmed at once; gives its number."""
	status = BookingStatus.CONFIRMED if confirm else BookingStatus.REQUESTED
	return frappe.get_doc({**values, "doctype": "Service Booking", "status": status}).insert().name


def confirm_booking(booking: str) -> None:
	"""Claim its time and run its chain."""
	_set(booking, status=BookingStatus.CONFIRMED)


def reschedule_booking(booking: str, starts_at: datetime, resources: tuple[str, ...] | None = None) -> None:
	"""Move a booking to another start (aware), and to other resources when given; it moves whole or not at all."""
	doc = frappe.get_doc("Service Booking", booking)
	doc.starts_at = to_site(starts_at)
	if resources is not None:
		doc.set("resources", [{"resource": name} for name in resources])
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


def _set(booking: str, **values) -> Document:
	doc = frappe.get_doc("Service Booking", booking)
	doc.update(values)
	return doc.save()
