"""A visit of a plan that was moved or cancelled by itself: the plan remembers it, and does not make it again."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime, getdate

from ..core.booking import BookingStatus
from ..core.plan_days import Change, usual_start
from ..site_time import from_site
from ..store import plans
from .check_plan import schedule_of


def remember_plan_visit(booking: Document, before: Document | None) -> None:
	"""Write what a saved booking's change means for its plan: an exception, or none when it is back where the rule has it."""
	if before is None or not booking.plan or not booking.plan_date:
		return
	if booking.status == BookingStatus.CANCELLED and before.status != BookingStatus.CANCELLED:
		_write(booking, Change.SKIPPED, booking.cancel_reason or "")
	elif get_datetime(booking.starts_at) != get_datetime(before.starts_at):
		_write(booking, Change.MOVED, "")


def forget_plan_visit(booking: Document) -> None:
	"""A booking that is deleted leaves its day of the plan skipped."""
	if booking.plan and booking.plan_date:
		_write(booking, Change.SKIPPED, "")


def _write(booking: Document, change: Change, reason: str) -> None:
	plans.lock_plan(booking.plan, fresh=False)
	if not frappe.db.exists("Service Plan", booking.plan):
		return
	planned = getdate(booking.plan_date)
	if change is Change.SKIPPED:
		plans.put_exception(booking.plan, planned, change, reason=reason)
		return
	starts_at = from_site(booking.starts_at)
	if starts_at == usual_start(schedule_of(frappe.get_doc("Service Plan", booking.plan), planned), planned):
		plans.drop_exceptions(booking.plan, [planned])
	else:
		plans.put_exception(booking.plan, planned, change, starts_at)
