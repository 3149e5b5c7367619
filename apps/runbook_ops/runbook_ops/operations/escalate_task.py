"""A question that nobody answers in time goes up: it gets another owner, who is told, and its log says so."""

from datetime import timedelta

import frappe

from ..core.escalation import OWNER, ROLE, next_level
from ..core.followups import OPEN_STATES
from ..core.routing import choose_owner
from ..messages import tell
from ..site_time import from_site, to_site, utc_now
from .notify_people import notify_people
from .open_task import fallback_owner, people_of

MANAGERS = "Runbook Manager"


def escalate_task(name: str) -> int | None:
	"""Bring a task one level up when it is time; gives the level, None when it stays where it is."""
	task = frappe.get_doc("Follow-up Task", name, for_update=True)
	if task.status not in OPEN_STATES or not task.due_at:
		return None
	settings = frappe.get_cached_doc("Runbook Settings")
	now, pause = utc_now(), timedelta(minutes=settings.escalation_minutes or 0)
	last = from_site(task.escalated_at) if task.escalated_at else None
	level = next_level(task.escalation_level or 0, from_site(task.due_at), last, now, pause)
	if level is None:
		return None
	before = task.allocated_to
	task.allocated_to = _owner_at(level, before, settings.escalation_role or MANAGERS)
	task.escalation_level, task.escalated_at, task.priority = level, to_site(now), "High"
	task.flags.by_engine = True
	task.save(ignore_permissions=True)
	values = {
		"due": from_site(task.due_at),
		"before": frappe.utils.get_fullname(before),
		"after": frappe.utils.get_fullname(task.allocated_to),
	}
	text = tell("escalated", values)
	task.add_comment("Info", text)
	notify_people([task.allocated_to], f"{task.subject}: {text}", "Follow-up Task", task.name)
	return level


def _owner_at(level: int, before: str, role: str) -> str:
	"""Somebody of the role who does not have it already, else the default owner; at the second level that one."""
	others = [person for person in people_of(role) if person.user != before] if level == ROLE else []
	return choose_owner(
		(), others, fallback_owner() if level == OWNER or not _is_in(before, role) else before
	)


def _is_in(user: str, role: str) -> bool:
	return role in frappe.get_roles(user)
