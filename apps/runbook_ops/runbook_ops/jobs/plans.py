"""Keep the rolling windows of Service Plans booked."""

from datetime import timedelta

import frappe

from ..operations.follow_plan import go_on
from ..site_time import utc_now
from ..store import plans
from ..workflows.conflicts import again_on_conflict

MOST_PLANS = 5000
"""Plans that one day's run sends out at the most; those longest due come first, the rest the next day."""


def keep_windows() -> None:
	"""Send out a job for each plan whose next day comes into its window; the cost follows what is due.

	A plan's day begins up to a day before the site's where its zone lies east of it.
	"""
	tomorrow = (utc_now() + timedelta(days=1)).date()
	for plan in plans.due_plans(tomorrow, MOST_PLANS):
		frappe.enqueue(
			"runbook_ops.jobs.plans.keep_plan",
			queue="long",
			job_id=f"runbook_plan_{plan}",
			deduplicate=True,
			plan=plan,
		)


def keep_plan(plan: str) -> None:
	"""Book what one plan's window lacks; what fails is this plan's alone, and is due again the next day."""
	if not frappe.db.exists("Service Plan", plan):
		return
	with again_on_conflict():
		go_on(plan)
