"""The invitation to a visit: its text as it stands now, and the number that tells a newer one from an older."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import get_datetime, strip_html

from ..core.calendar_text import (
	Entry,
	Method,
	Party,
	feed_text,
	invitation_text,
	method_for,
	status_of,
	uid_of,
)
from ..core.chains.facts import BookingPicture
from ..site_time import from_site
from ..store.feeds import booking_stamp
from ..store.pictures import booking_picture

PLAIN = ("service", "status", "address", "class_session", "scope", "access_notes")


def number_changes(booking: Document, before: Document | None) -> None:
	"""Count a change that a calendar entry shows: its time, its place, who does it, what it is, whether it takes place."""
	if before and _shown(booking) != _shown(before):
		booking.invite_sequence = (before.invite_sequence or 0) + 1


def invitation_of(
	booking: str, attendee: Party | None = None, method: Method | None = None, for_staff: bool = False
) -> str | None:
	"""The invitation to a booking as it stands now, None when the booking is gone.

	The attendee is the customer unless another one is named; a booking that is cancelled gives the withdrawal.
	"""
	picture = booking_picture(booking, sources=())
	if picture is None:
		return None
	guest = attendee or Party(picture.customer_name, picture.customer_email or "")
	entry = _entry(picture, for_staff)
	return invitation_text(method or method_for(picture.status), entry, _organizer(picture), guest)


def visit_file(booking: str) -> str | None:
	"""The visit for whoever adds it to a calendar by hand: an entry that asks nobody for an answer."""
	picture = booking_picture(booking, sources=())
	return feed_text(picture.service_name, [_entry(picture, for_staff=False)]) if picture else None


def _entry(picture: BookingPicture, for_staff: bool) -> Entry:
	stamp = booking_stamp(picture.booking)
	return Entry(
		uid=uid_of(picture.booking, frappe.local.site),
		start=picture.start,
		end=picture.end,
		summary=_summary(picture, for_staff),
		changed_at=from_site(stamp.modified),
		sequence=stamp.invite_sequence or 0,
		status=status_of(picture.status),
		location=(picture.address or "") if picture.needs_address or stamp.address else picture.company or "",
		description=_description(picture, for_staff),
	)


def _shown(booking: Document) -> tuple:
	return (
		*(get_datetime(booking.get(field)) for field in ("starts_at", "ends_at")),
		*(booking.get(field) or None for field in PLAIN),
		tuple(row.resource for row in booking.resources),
		tuple(row.service for row in booking.get("services") or ()),
	)


def _summary(picture: BookingPicture, for_staff: bool) -> str:
	if for_staff:
		return f"{picture.customer_name}: {picture.service_name}"
	return f"{picture.service_name}, {picture.company}" if picture.company else picture.service_name


def _description(picture: BookingPicture, for_staff: bool) -> str:
	"""How to get in and what is to be done is for staff; a customer's calendar is often shared."""
	staff = (
		(_("Call"), picture.customer_mobile),
		(_("Scope"), picture.scope),
		(_("Access"), picture.access_notes),
	)
	customer = (
		(_("With"), picture.technician_name),
		(_("To prepare"), strip_html(picture.prep_instructions or "")),
		(_("Questions"), picture.company_phone),
	)
	lines = (*(staff if for_staff else customer), (_("Booking"), picture.booking))
	return "\n".join(f"{label}: {text}" for label, text in lines if text)


def _organizer(picture: BookingPicture) -> Party:
	name = picture.company or _("Your service team")
	address = frappe.db.get_value(
		"Email Account", {"default_outgoing": 1, "enable_outgoing": 1}, "email_id", order_by="creation asc"
	)
	return Party(name, address or f"no-reply@{frappe.local.site}")
