"""Open a Follow-up Task with an owner; the same reason opens it once."""

from dataclasses import dataclass
from datetime import datetime

import frappe
from frappe.query_builder.functions import Count

from ..core.followups import OPEN_STATES, TaskKind
from ..core.routing import Case, Person, choose_owner, choose_route
from ..site_time import to_site
from ..store.places import territories_around
from ..store.routes import load_routes, with_last_given


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
			"allocated_to": _owner_of(wish),
			"due_at": to_site(wish.due_at),
			"dedupe_key": wish.key,
		}
	)
	task.flags.ignore_permissions = True
	task.flags.by_engine = True
	task.flags.ignore_links = True
	return task.insert().name


def _owner_of(wish: TaskWish) -> str:
	"""Whom the routes of the settings name, unless the wish itself names people; else somebody of the role."""
	route = None if wish.owners else choose_route(load_routes(), _case_of(wish))
	if route is None:
		return choose_owner(wish.owners, people_of(wish.role), fallback_owner())
	if route.user and frappe.db.get_value("User", route.user, "enabled"):
		return route.user
	people = people_of(route.to_role or wish.role)
	if route.in_turn:
		people = with_last_given(people)
	return choose_owner((), people, fallback_owner(), route.in_turn)


def _case_of(wish: TaskWish) -> Case:
	values = wish.values or {}
	territory = None
	if any(route.territory for route in load_routes()) and values.get("booking"):
		territory = frappe.db.get_value("Service Booking", values["booking"], "territory")
	return Case(
		str(wish.kind), values.get("reason_code") or "", wish.role or "", territories_around(territory)
	)


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


def fallback_owner() -> str:
	"""Who owns what nobody else can."""
	return frappe.db.get_single_value("Runbook Settings", "default_owner", cache=True) or "Administrator"
