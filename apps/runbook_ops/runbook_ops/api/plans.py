"""Service Plans for programs and the desk: look before saving, change from a visit on, pause, resume, end."""

from datetime import date

import frappe
from frappe import _
from frappe.model.document import Document

from ..core.refusal import Refusal
from ..errors import PlanRefused
from ..messages import refuse
from ..operations import change_plan
from ..operations.preview_plan import Row, list_plan_visits, preview_plan
from ..site_time import to_site
from .inputs import to_day, to_day_or_none, to_moment
from .retry import retried


@frappe.whitelist(methods=["GET", "POST"])
def preview(values: str | dict, plan: str | None = None) -> dict:
	"""What a plan with these fields comes to; nothing is saved. `plan` is the one that the fields would change.

	Gives `rrule`, `words` and `visits` (see `visits`; `free` is false where the time is taken or closed, null where that
	is not known), or `problem` (the text) when the fields make no plan.
	"""
	frappe.has_permission("Service Plan", "read" if plan else "create", plan, throw=True)
	doc = _unsaved(dict(frappe.parse_json(values) or {}), plan)
	try:
		rule, words, rows = preview_plan(doc, _)
	except PlanRefused as refused:
		frappe.clear_last_message()
		return {"problem": frappe.utils.strip_html(str(refused))}
	return {"rrule": rule.text, "words": words, "visits": [_told(row) for row in rows]}


@frappe.whitelist(methods=["GET", "POST"])
def visits(plan: str) -> list[dict]:
	"""The visits of a plan, those of the last two months and the next ones, by day.

	Each: `planned` (the rule's day), `starts_at` (site time), `state`, `booking`, `task` and `owner` where a person is
	asked, `reason`.
	"""
	frappe.has_permission("Service Plan", "read", plan, throw=True)
	return [_told(row) for row in list_plan_visits(plan)]


@frappe.whitelist(methods=["POST"])
@retried
def change_from(plan: str, day: str, changes: str | dict) -> str:
	"""Change a plan from the visit of a day on (a day of its rule); gives the plan that goes on from there.

	`changes` are fields of Service Plan that say when, who and how long.
	"""
	frappe.has_permission("Service Plan", "write", plan, throw=True)
	return change_plan.change_plan_from(plan, to_day(day, "day"), dict(frappe.parse_json(changes) or {}))


@frappe.whitelist(methods=["POST"])
@retried
def move_following(booking: str, starts_at: str, everything: bool = False) -> str:
	"""Move a visit of a plan, and with it all that follow, to the weekday or day of the month and the time that it gets.

	`everything`: all open visits to come, also those before it. Gives the plan that goes on from there.
	"""
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	plan, planned = _plan_of(booking)
	frappe.has_permission("Service Plan", "write", plan, throw=True)
	return change_plan.move_visits(plan, planned, to_moment(starts_at, "starts_at"), everything)


@frappe.whitelist(methods=["POST"])
@retried
def cancel_following(booking: str, reason: str, everything: bool = False) -> int:
	"""Cancel a visit of a plan and all that follow, or all that are to come, and end the plan; gives how many."""
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	plan, planned = _plan_of(booking)
	frappe.has_permission("Service Plan", "write", plan, throw=True)
	return change_plan.cancel_following(plan, planned, reason, everything)


@frappe.whitelist(methods=["POST"])
@retried
def pause(plan: str, cancel: bool = False) -> int:
	"""Make no further visits, and cancel the open ones when told to; gives how many were cancelled."""
	frappe.has_permission("Service Plan", "write", plan, throw=True)
	return change_plan.pause_plan(plan, cancel)


@frappe.whitelist(methods=["POST"])
@retried
def resume(plan: str) -> None:
	"""Make visits again, from now on."""
	frappe.has_permission("Service Plan", "write", plan, throw=True)
	change_plan.resume_plan(plan)


@frappe.whitelist(methods=["POST"])
@retried
def end(plan: str, last_day: str | None = None, reason: str = "") -> int:
	"""End a plan after a day, or at once; gives how many open visits were cancelled."""
	frappe.has_permission("Service Plan", "write", plan, throw=True)
	return change_plan.end_plan(plan, to_day_or_none(last_day, "last_day"), reason)


@frappe.whitelist(methods=["POST"])
@retried
def skip(plan: str, day: str, reason: str = "") -> None:
	"""Skip the visit of one day of a plan, booked or not."""
	frappe.has_permission("Service Plan", "write", plan, throw=True)
	change_plan.skip_day(plan, to_day(day, "day"), reason)


def _plan_of(booking: str) -> tuple[str, date]:
	"""The plan and the day that a booking stands for."""
	found = frappe.db.get_value("Service Booking", booking, ["plan", "plan_date"])
	if not found or not found[0] or not found[1]:
		refuse(Refusal("plan_not_of_plan", "booking", {"booking": booking}), PlanRefused)
	return found


def _unsaved(values: dict, plan: str | None) -> Document:
	if plan:
		doc = frappe.get_doc("Service Plan", plan)
		doc.update({field: value for field, value in values.items() if field in change_plan.CHANGEABLE})
		return doc
	values.pop("name", None)
	return frappe.get_doc({**values, "doctype": "Service Plan"})


def _told(row: Row) -> dict:
	return {
		"planned": row.planned.isoformat(),
		"starts_at": to_site(row.starts_at).isoformat(" ") if row.starts_at else None,
		"state": str(row.state),
		"free": row.free,
		"booking": row.booking,
		"task": row.task,
		"owner": row.owner,
		"owner_name": row.owner and frappe.utils.get_fullname(row.owner),
		"reason": row.reason,
	}
