"""Follow-up Tasks for programs and the desk: answer an exception."""

import frappe

from ..operations.settle_plan_conflict import is_plan_conflict, offered_answers
from ..workflows.resolve import resolve_task
from .retry import retried


@frappe.whitelist(methods=["POST"])
@retried
def resolve(task: str, choice: str, reason: str = "", answer: str | None = None) -> dict:
	"""Answer an exception with one of its choices; the run goes on, or the plan's visit is booked, given away or skipped.

	`answer` is one of the slots or people that `choices` offers; without it the first is taken.
	"""
	frappe.has_permission("Follow-up Task", "write", task, throw=True)
	resolve_task(task, choice, reason, answer)
	return frappe.db.get_value("Follow-up Task", task, ["name", "status", "outcome"], as_dict=True)


@frappe.whitelist(methods=["GET", "POST"])
def choices(task: str) -> list[dict]:
	"""What an exception about a day of a plan can be answered with at this moment.

	Each: `choice`, and `answers` to choose among (`value` for `resolve`, `label`), the best first.
	"""
	frappe.has_permission("Follow-up Task", "read", task, throw=True)
	doc = frappe.get_doc("Follow-up Task", task)
	return offered_answers(doc) if is_plan_conflict(doc) else []
