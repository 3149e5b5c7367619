"""Follow-up Tasks: those of a run's steps closed together, and those that are overdue."""

from collections.abc import Collection, Sequence
from datetime import datetime

import frappe

from ..core.escalation import OWNER
from ..core.followups import OPEN_STATES, TaskKind
from ..site_time import to_site, utc_now


def close_tasks(run: str, outcome: str, codes: Sequence[str] | None = None) -> None:
	"""Dismiss the open tasks of a run's steps (all, or those of these codes) that the run no longer needs answered."""
	steps: dict = {"run": run}
	if codes is not None:
		steps["step_code"] = ("in", list(codes))
	close_tasks_of(frappe.get_all("Chain Step Run", steps, pluck="name", order_by="name asc"), outcome)


def close_tasks_of(steps: Sequence[str], outcome: str) -> None:
	"""Dismiss the open tasks of these steps, by name."""
	if steps:
		frappe.db.sql(
			"""update `tabFollow-up Task` set status = 'Dismissed', outcome = %(outcome)s, resolved_at = %(at)s,
				modified = %(at)s
			where step_run in %(steps)s and status in ('Open', 'In Progress')""",
			{"outcome": outcome, "at": to_site(utc_now()), "steps": tuple(steps)},
		)


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
	if names:
		frappe.db.sql(
			"""update `tabFollow-up Task` set status = 'Done', outcome = %(outcome)s, resolved_at = %(at)s, modified = %(at)s
			where name in %(names)s and status in ('Open', 'In Progress')""",
			{"outcome": outcome, "at": to_site(utc_now()), "names": tuple(names)},
		)
	return len(names)


def dismiss_tasks(names: Sequence[str], outcome: str) -> None:
	"""Close open tasks that need no answer any more."""
	if names:
		frappe.db.sql(
			"""update `tabFollow-up Task` set status = 'Dismissed', outcome = %(outcome)s, resolved_at = %(at)s, modified = %(at)s
			where name in %(names)s and status in ('Open', 'In Progress')""",
			{"outcome": outcome, "at": to_site(utc_now()), "names": tuple(names)},
		)
