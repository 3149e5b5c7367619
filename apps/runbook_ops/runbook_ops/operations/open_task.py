"""Open a Follow-up Task with an owner; the same reason opens it once."""

from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.query_builder.functions import Count

from ..core.followups import OPEN_STATES, TaskKind
from ..core.routing import Person, choose_owner
from ..site_time import to_site


@dataclass(frozen=True)
class TaskWish:
	"""What the task is about; `due_at` is aware, `key` names the reason."""

	subject: str
	due_at: datetime
	key: str
	kind: TaskKind = TaskKind.FOLLOW_UP
	role: str | None = None
	owners: tuple[str, ...] = ()
	values: dict | None = None
	"""Further fields of Follow-up Task."""


def open_task(wish: TaskWish) -> str:
	"""The name of the task for this reason, made when there is none yet."""
	known = frappe.db.get_value("Follow-up Task", {"dedupe_key": wish.key})
	if known:
		return known
	task = frappe.new_doc("Follow-up Task")
	task.update(wish.values or {})
	task.update(
		{
			"subject": wish.subject[:500],
			"kind": wish.kind,
			"role": wish.role,
			"allocated_to": choose_owner(wish.owners, people_of(wish.role), _fallback()),
			"due_at": to_site(wish.due_at),
			"dedupe_key": wish.key,
		}
	)
	task.flags.ignore_permissions = True
	task.flags.by_engine = True
	task.flags.ignore_links = True
	return task.insert().name


def people_of(role: str | None) -> tuple[Person, ...]:
	"""The enabled users of a role with their open tasks."""
	if not role:
		return ()
	holder, user = frappe.qb.DocType("Has Role"), frappe.qb.DocType("User")
	task = frappe.qb.DocType("Follow-up Task")
	rows = (
		frappe.qb.from_(holder)
		.join(user)
		.on(user.name == holder.parent)
		.left_join(task)
		.on((task.allocated_to == user.name) & task.status.isin([str(state) for state in OPEN_STATES]))
		.where((holder.role == role) & (holder.parenttype == "User") & (user.enabled == 1))
		.where(user.name.notin(["Administrator", "Guest"]))
		.groupby(user.name)
		.select(user.name, Count(task.name))
	).run()
	return tuple(Person(name, True, count) for name, count in rows)


def _fallback() -> str:
	return frappe.db.get_single_value("Runbook Settings", "default_owner", cache=True) or "Administrator"
