"""Follow-up Tasks for programs and the desk: answer an exception."""

import frappe

from ..workflows.resolve import resolve_task
from .retry import retried


@frappe.whitelist(methods=["POST"])
@retried
def resolve(task: str, choice: str, reason: str = "") -> dict:
	"""Answer an exception: Retry, Done by hand, or Skip with a reason; the run goes on."""
	frappe.has_permission("Follow-up Task", "write", task, throw=True)
	resolve_task(task, choice, reason)
	return frappe.db.get_value("Follow-up Task", task, ["name", "status", "outcome"], as_dict=True)
