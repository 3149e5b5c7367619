"""Make a Follow-up Task that a person owns."""

from collections.abc import Mapping

import frappe
from frappe.utils import cint

from ...core.wall_time import days_later
from ...operations.open_task import TaskWish, open_task
from ...site_time import site_zone, utc_now
from .context import Context, Result

ROLE = "Runbook Front Desk"


def create_follow_up(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Open the task with the composed subject and note."""
	run = context.held.run
	customer = run.booking and frappe.db.get_value("Service Booking", run.booking, "customer")
	wish = TaskWish(
		subject=str(arguments["subject"]),
		due_at=days_later(utc_now(), cint(arguments["due_in_days"]), site_zone()),
		key=context.held.key,
		role=str(arguments["role"] or ROLE),
		values={
			"notes": arguments["note"],
			"booking": run.booking,
			"customer": customer,
			"reference_doctype": run.reference_doctype,
			"reference_name": run.reference_name,
			"reason": context.step.title,
		},
	)
	name = open_task(wish)
	return Result(wish.subject, ("Follow-up Task", name))
