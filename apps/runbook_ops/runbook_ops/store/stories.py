"""What happened in a run, step by step, as people read it."""

from collections.abc import Mapping

import frappe

from ..core.chains.spec import ENDED_STEPS, Anchor, ChainSpec, StepState
from ..site_time import from_utc, to_site
from .chain_versions import load_spec

QUERY = """
select run.name as run, run.chain, chain.title as chain_title, run.version, run.status as run_status,
	step.name as step_run, step.step_code, step.title, step.action, step.state, step.due_at, step.ended_at, step.reason,
	step.revision, step.position, step.attempts,
	effect.name as effect, effect.summary, effect.state as effect_state, effect.reference_doctype, effect.reference_name,
	effect.recipient, task.name as task, task.allocated_to as owner, task.due_at as task_due_at,
	user.full_name as owner_name
from `tabChain Run` run
left join `tabTrigger Chain` chain on chain.name = run.chain
join `tabChain Step Run` step on step.run = run.name
left join `tabChain Effect` effect on effect.step_run = step.name
left join `tabFollow-up Task` task on task.step_run = step.name and task.status in ('Open', 'In Progress')
left join `tabUser` user on user.name = task.allocated_to
where {condition}
order by run.creation, step.revision, coalesce(step.ended_at, step.due_at, '9999-01-01'), step.position
"""


def story_of_booking(booking: str) -> list[frappe._dict]:
	"""All runs of a booking."""
	return _told(QUERY.format(condition="run.booking = %s"), booking)


def story_of_run(run: str) -> list[frappe._dict]:
	"""One run."""
	return _told(QUERY.format(condition="run.name = %s"), run)


def _told(query: str, value: str) -> list[frappe._dict]:
	rows = frappe.db.sql(query, value, as_dict=True)
	latest = {(row.run, row.step_code): row for row in rows}
	ended = {key for key, row in latest.items() if StepState(row.state) in ENDED_STEPS}
	for row in rows:
		for field in ("due_at", "ended_at"):
			row[field] = to_site(from_utc(row[field])) if row[field] else None
		row.current = latest[(row.run, row.step_code)] is row
		row.update(_waits(row, load_spec(row.version), {code for run, code in ended if run == row.run}))
	return rows


def _waits(row: frappe._dict, spec: ChainSpec, ended: set[str]) -> Mapping[str, object]:
	"""What a waiting step waits for: the titles of other steps, and the end of the visit."""
	step = spec.step(row.step_code)
	if row.state != StepState.WAITING or step is None:
		return {"waits_for": [], "waits_for_visit": False}
	before = [spec.step(code) for code in step.after if code not in ended]
	return {
		"waits_for": [other.title for other in before if other],
		"waits_for_visit": step.timing.anchor is Anchor.JOB_COMPLETED,
	}
