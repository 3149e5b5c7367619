"""Deposits that bookings wait for, each minute: the time of those that were not paid is given back."""

import frappe

from ..operations.release_unpaid import end_begun, release_unpaid
from ..site_time import utc_now
from ..store.deposit_asks import overdue_deposits
from ..workflows.conflicts import again_on_conflict
from .pump import be_the_engine

MOST = 200
"""Bookings of one minute at the most; the rest the next minute."""


def release_overdue() -> None:
	"""Send out a job for each booking whose deposit was not paid in time."""
	be_the_engine()
	for overdue in overdue_deposits(utc_now(), MOST):
		frappe.enqueue(
			"runbook_ops.jobs.deposits.release_one",
			queue="short",
			job_id=f"runbook_unpaid_{overdue.booking}",
			deduplicate=True,
			booking=overdue.booking,
		)


def release_one(booking: str) -> None:
	"""Release one booking, unless it was paid meanwhile; what fails is this booking's alone, and is due again the next minute."""
	be_the_engine()
	with again_on_conflict():
		for overdue in overdue_deposits(utc_now(), 1, booking):
			end_begun(overdue)
			release_unpaid(overdue)
