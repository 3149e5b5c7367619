"""Runs that ended long ago: their steps, effects and tries are packed into the run and leave the tables that are worked."""

from collections.abc import Sequence
from datetime import datetime

import frappe

from ..core.chains.archive import pack_run

OLD = """select name from `tabChain Run` where archived = 0 and ended_at < %(before)s and status in ('Done', 'Cancelled')
	order by ended_at limit %(limit)s for update skip locked"""
STEPS = """select step.run, step.name as step_run, step.step_code, step.title, step.action, step.state, step.due_at, step.ended_at,
	step.reason, step.revision, step.position, step.attempts, effect.name as effect, effect.summary,
	effect.state as effect_state, effect.reference_doctype, effect.reference_name, effect.recipient, effect.done_at,
	effect.answer
	from `tabChain Step Run` step left join `tabChain Effect` effect on effect.step_run = step.name
	where step.run in %(runs)s
	order by step.run, step.revision, coalesce(step.ended_at, step.due_at, '9999-01-01'), step.position"""
TRIES = """select step_run, outcome, ended_at, answer from `tabChain Effect Attempt` where step_run in %(steps)s
	order by step_run, ended_at"""


def lock_old_runs(before: datetime, limit: int) -> tuple[str, ...]:
	"""Runs that ended before, site time, and still have their rows; the longest ended first, locked."""
	return tuple(row[0] for row in frappe.db.sql(OLD, {"before": before, "limit": limit}))


def put_away(runs: Sequence[str]) -> int:
	"""Pack the rows of these runs into them; gives how many steps. Those that were asked about keep their answers."""
	rows = frappe.db.sql(STEPS, {"runs": tuple(runs)}, as_dict=True)
	names = tuple(row.step_run for row in rows)
	tries: dict[str, list] = {}
	for row in frappe.db.sql(TRIES, {"steps": names}, as_dict=True) if names else ():
		tries.setdefault(row.step_run, []).append(row)
	by_run: dict[str, list] = {run: [] for run in runs}
	for row in rows:
		by_run[row.run].append(row)
	_write({run: pack_run(found, tries) for run, found in by_run.items()})
	if names:
		values = {"steps": names}
		frappe.db.sql("delete from `tabChain Effect Attempt` where step_run in %(steps)s", values)
		frappe.db.sql("delete from `tabChain Effect` where step_run in %(steps)s", values)
		frappe.db.sql("delete from `tabChain Step Run` where name in %(steps)s", values)
	return len(names)


def _write(texts: dict[str, str]) -> None:
	"""All in one statement."""
	cases = " ".join("when %s then %s" for _ in texts)
	values = [value for pair in texts.items() for value in pair]
	frappe.db.sql(
		f"update `tabChain Run` set archived = 1, archive = case name {cases} end where name in %s",  # noqa: S608
		[*values, tuple(texts)],
	)
