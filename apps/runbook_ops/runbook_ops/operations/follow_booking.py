"""What a booking's change means for its job, its fee and its customer's record."""

import frappe
from frappe.model.document import Document

from ..core.booking import BookingStatus
from ..core.job import JobStatus
from ..store.newest import meeting_newest
from .follow_deposit import follow_waiting
from .prepare_booking import is_moved
from .waive_fee import waive_of_booking

HISTORY = {BookingStatus.COMPLETED: "runbook_visits", BookingStatus.NO_SHOW: "runbook_no_shows"}


def follow_booking(booking: Document, before: Document | None) -> None:
	"""Bring job and customer in line with a booking that has just been saved."""
	entered = None if before and before.status == booking.status else booking.status
	if booking.flags.waived:
		booking.add_comment("Info", booking.flags.pop("waived"))
	with meeting_newest():
		if before and booking.job and is_moved(booking, before):
			_move_job(booking)
		if entered == BookingStatus.COMPLETED:
			_end_job(booking, JobStatus.COMPLETED)
		if entered in (BookingStatus.CANCELLED, BookingStatus.NO_SHOW):
			_end_job(booking, JobStatus.CANCELLED)
		if before and entered in HISTORY:
			_count_visit(booking, before)
		if entered == BookingStatus.COMPLETED and before and before.status == BookingStatus.NO_SHOW:
			waive_of_booking(booking.name, frappe._("The customer came after all"))
		follow_waiting(booking, before)


def _move_job(booking: Document) -> None:
	job = frappe.get_doc("Service Job", booking.job, for_update=True)
	job.starts_at, job.ends_at = booking.starts_at, booking.ends_at
	lead = next((row.resource for row in booking.resources if row.kind in ("Person", "Crew")), None)
	if job.resource and lead and job.resource != lead:
		job.resource = lead
	job.save(ignore_permissions=True)


def _end_job(booking: Document, status: JobStatus) -> None:
	if not booking.job:
		return
	job = frappe.get_doc("Service Job", booking.job, for_update=True)
	if job.status in (JobStatus.COMPLETED, JobStatus.CANCELLED):
		return
	if status == JobStatus.COMPLETED and job.status == JobStatus.OPEN:
		job.status = JobStatus.ASSIGNED
		job.save(ignore_permissions=True)
	job.status = status
	job.save(ignore_permissions=True)


def _count_visit(booking: Document, before: Document) -> None:
	field = HISTORY[BookingStatus(booking.status)]
	visit = booking.starts_at if booking.status == BookingStatus.COMPLETED else None
	customer = frappe.qb.DocType("Customer")
	update = frappe.qb.update(customer).set(customer[field], customer[field] + 1)
	if before.status == BookingStatus.NO_SHOW:
		update = update.set(customer.runbook_no_shows, customer.runbook_no_shows - 1)
	if visit:
		latest = frappe.utils.getdate(visit)
		known = frappe.db.get_value("Customer", booking.customer, "runbook_last_visit")
		update = update.set(customer.runbook_last_visit, max(latest, known) if known else latest)
	update.where(customer.name == booking.customer).run()
	frappe.clear_document_cache("Customer", booking.customer)
