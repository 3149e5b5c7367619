"""What a job's change means: phases stamped, the assigned person known, the booking kept in step."""

import frappe
from frappe.model.document import Document
from frappe.utils import get_datetime

from ..core.booking import BookingStatus
from ..core.job import JobStatus, actual_times, check_transition
from ..errors import StateRefused
from ..messages import refuse
from ..site_time import to_site, utc_now


def prepare_job(job: Document, before: Document | None) -> None:
	"""Check the job's state and stamp its phase; raises StateRefused for a state that can't follow."""
	if job.resource and job.status == JobStatus.OPEN:
		job.status = JobStatus.ASSIGNED
	refusal = check_transition(before and before.status, job.status)
	if refusal:
		refuse(refusal, StateRefused)
	if before is None or before.resource != job.resource:
		job.user = job.resource and frappe.db.get_value("Service Resource", job.resource, "user")
	if before is None or before.status != job.status:
		at = to_site(utc_now())
		job.append("phases", {"status": job.status, "at": at, "user": frappe.session.user})
		if job.status == JobStatus.COMPLETED:
			job.completed_at = at
	for line in job.checklist:
		if line.done and not line.done_at:
			line.done_at = to_site(utc_now())


def follow_job(job: Document, before: Document | None) -> None:
	"""Bring the booking in line with a job that has just been saved."""
	if before is None or before.status == job.status:
		return
	_stamp_actual_times(job)
	status = frappe.db.get_value("Service Booking", job.booking, "status")
	if job.status == JobStatus.IN_PROGRESS and status == BookingStatus.CONFIRMED:
		_set_status(job.booking, BookingStatus.IN_PROGRESS)
	if job.status == JobStatus.COMPLETED and status in (BookingStatus.CONFIRMED, BookingStatus.IN_PROGRESS):
		_set_status(job.booking, BookingStatus.COMPLETED)


def _stamp_actual_times(job: Document) -> None:
	began, ended = actual_times([(phase.status, get_datetime(phase.at)) for phase in job.phases])
	times = {"actual_starts_at": began, "actual_ends_at": ended}
	known = frappe.db.get_value("Service Booking", job.booking, list(times), as_dict=True)
	if known and dict(known) != times:
		frappe.db.set_value("Service Booking", job.booking, times, update_modified=False)


def _set_status(booking: str, status: BookingStatus) -> None:
	doc = frappe.get_doc("Service Booking", booking)
	doc.status = status
	doc.save(ignore_permissions=True)
