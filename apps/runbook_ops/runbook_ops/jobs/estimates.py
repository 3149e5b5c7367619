"""Nightly work on estimates: those whose last day is over."""

import frappe
from rq.timeouts import JobTimeoutException

from ..operations.expire_estimates import expire_estimate
from ..site_time import to_site, utc_now
from ..store.estimates import overdue_estimates
from ..workflows.conflicts import is_conflict
from .pump import be_the_engine

SAVEPOINT = "runbook_estimate_end"
MOST = 1000
"""Estimates of one night at the most; the oldest come first, the rest the next night. Their pages go by the day, not by this job."""


def end_overdue() -> None:
	"""Mark each as expired, which starts the chains that wait for it; one that fails holds up none of the others."""
	be_the_engine()
	today = to_site(utc_now()).date()
	for name in overdue_estimates(today, MOST):
		frappe.db.savepoint(SAVEPOINT)
		try:
			expire_estimate(name, today)
		except JobTimeoutException:
			raise
		except Exception as error:
			if is_conflict(error):
				raise
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.log_error(f"Expiry of {name}", reference_doctype="Quotation", reference_name=name)
