"""Follow-up Tasks: those of a run's steps closed together, and those that are overdue."""

from collections.abc import Collection, Sequence
from datetime import datetime

import frappe

from ..core.escalation import OWNER
from ..core.followups import OPEN_STATES, TaskKind, TaskStatus
from ..site_time import to_site, utc_now
from .newest import on_newest


def close_tasks(run: str, outcome: str, codes: Sequence[str] | None = None) -> None:
	"""Dismiss the open tasks of a run's steps (all, or those of these codes) that the run no longer needs answered."""
	steps: dict = {"run": run}
	if codes is not None:
		steps["step_code"] = ("in", list(codes))
	close_tasks_of(frappe.get_all("Chain Step Run", steps, pluck="name", order_by="name asc"), outcome)


def close_tasks_of(steps: Sequence[str], outcome: str) -> None:
	"""Dismiss the open tasks of these steps, by name."""
	_close("step_run", steps, TaskStatus.DISMISSED, outcome)


def overdue_questions(now: datetime, limit: int = 200) -> tuple[str, ...]:
	"""Open questions that should have been answered by now, site time, and have not gone up as far as they can."""
	filters = {
		"status": ("in", [str(state) for state in OPEN_STATES]),
		"kind": TaskKind.EXCEPTION.value,
		"due_at": ("<", now),
		"escalation_level": ("<", OWNER),
	}
	return tuple(frappe.get_all("Follow-up Task", filters, pluck="name", order_by="due_at asc", limit=limit))


def open_alarms(prefix: str) -> dict[str, str]:
	"""The open tasks whose key begins so: key -> name."""
	rows = frappe.db.sql(
		"""select dedupe_key, name from `tabFollow-up Task`
		where dedupe_key like concat(%s, '%%') and status in ('Open', 'In Progress') order by dedupe_key""",
		prefix,
	)
	return dict(rows)


def end_alarms(prefix: str, outcome: str, keep: Collection[str] = ()) -> int:
	"""End the open tasks whose key begins so, but for those whose keys are to be kept; gives how many."""
	names = [name for key, name in open_alarms(prefix).items() if key not in keep]
	_close("name", names, TaskStatus.DONE, outcome)
	return len(names)


def dismiss_tasks(names: Sequence[str], outcome: str) -> None:
	"""Close open tasks that need no answer any more."""
	_close("name", names, TaskStatus.DISMISSED, outcome)


def _close(field: str, among: Sequence[str], status: TaskStatus, outcome: str) -> None:
	if among:
		query = f"""update `tabFollow-up Task` set status = %(status)s, outcome = %(outcome)s, resolved_at = %(at)s,
			modified = %(at)s
			where {field} in %(among)s and status in ('Open', 'In Progress')"""  # noqa: S608
		values = {"status": status.value, "outcome": outcome, "at": to_site(utc_now()), "among": tuple(among)}
		frappe.db.sql(on_newest(query), values)
