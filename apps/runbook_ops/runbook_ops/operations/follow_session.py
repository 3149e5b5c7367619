"""What a class's change means for those who have seats in it: moved with it, cancelled with a task, or completed."""

from datetime import timedelta

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import format_datetime

from ..core.booking import BookingStatus
from ..core.classes import SessionStatus
from ..messages import tell
from ..site_time import from_site, utc_now
from ..store.class_seats import bookings_of
from .open_task import TaskWish, open_task
from .prepare_session import is_session_moved

OPEN = (BookingStatus.REQUESTED, BookingStatus.HELD, BookingStatus.CONFIRMED)
BEGUN = (BookingStatus.CONFIRMED, BookingStatus.IN_PROGRESS)
DECIDE_WITHIN = timedelta(days=1)


def follow_session(session: Document, before: Document | None) -> None:
	"""Bring the bookings in line with a class that has just been saved."""
	if before is None:
		return
	entered = None if before.status == session.status else session.status
	if entered == SessionStatus.CANCELLED:
		for name in bookings_of(session.name, (*OPEN, BookingStatus.IN_PROGRESS)):
			_cancel(name, session)
	elif entered == SessionStatus.COMPLETED:
		for name in bookings_of(session.name, BEGUN):
			_save(name, status=BookingStatus.COMPLETED)
	elif is_session_moved(session, before):
		for name in bookings_of(session.name, OPEN):
			_save(name)


def _cancel(name: str, session: Document) -> None:
	"""Cancel one customer's seats, and leave somebody to offer another class."""
	reason = tell("class_cancelled", {"reason": session.cancel_reason})
	booking = _save(name, status=BookingStatus.CANCELLED, cancel_reason=reason, cancelled_by="Staff")
	open_task(
		TaskWish(
			subject=_("Offer {0} another {1}: the one of {2} is cancelled").format(
				booking.customer_name, session.service, format_datetime(session.starts_at, "EEE d MMM HH:mm")
			),
			due_at=min(utc_now() + DECIDE_WITHIN, max(utc_now(), from_site(session.starts_at))),
			key=f"class-cancelled|{session.name}|{name}",
			role="Runbook Front Desk",
			values={"booking": name, "customer": booking.customer},
		)
	)


def _save(name: str, **values) -> Document:
	booking = frappe.get_doc("Service Booking", name)
	booking.update(values)
	booking.flags.follows_session = True
	return booking.save(ignore_permissions=True)
