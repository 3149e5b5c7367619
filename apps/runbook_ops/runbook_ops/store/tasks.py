"""Follow-up Tasks of a run's steps, closed together."""

from collections.abc import Sequence

import frappe

from ..site_time import to_site, utc_now


def close_tasks(run: str, outcome: str, codes: Sequence[str] | None = None) -> None:
	"""Dismiss the open tasks of a run's steps (all, or those of these codes) that the run no longer needs answered."""
	steps: dict = {"run": run}
	if codes is not None:
		steps["step_code"] = ("in", list(codes))
	names = frappe.get_all("Chain Step Run", steps, pluck="name", order_by="name asc")
	if names:
		frappe.db.sql(
			"""update `tabFollow-up Task` set status = 'Dismissed', outcome = %(outcome)s, resolved_at = %(at)s,
				modified = %(at)s
			where step_run in %(steps)s and status in ('Open', 'In Progress')""",
			{"outcome": outcome, "at": to_site(utc_now()), "steps": tuple(names)},
		)
