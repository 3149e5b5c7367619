"""What happened in a run, step by step, as people read it."""

import frappe

from ..site_time import from_utc, to_site

QUERY = """
select run.name as run, run.chain, run.status as run_status, step.name as step_run, step.step_code, step.title, step.state,
	step.due_at, step.ended_at, step.reason, step.revision, step.attempts, effect.summary, effect.state as effect_state,
	effect.reference_doctype, effect.reference_name, effect.recipient, task.name as task, task.allocated_to as owner
from `tabChain Run` run
join `tabChain Step Run` step on step.run = run.name
left join `tabChain Effect` effect on effect.step_run = step.name
left join `tabFollow-up Task` task on task.step_run = step.name and task.status in ('Open', 'In Progress')
where {condition}
order by run.creation, step.revision, coalesce(step.ended_at, step.due_at, '9999-01-01'), step.position
"""


def story_of_booking(booking: str) -> list[dict]:
	"""All runs of a booking."""
	return _told(QUERY.format(condition="run.booking = %s"), booking)


def story_of_run(run: str) -> list[dict]:
	"""One run."""
	return _told(QUERY.format(condition="run.name = %s"), run)


def _told(query: str, value: str) -> list[dict]:
	rows = frappe.db.sql(query, value, as_dict=True)
	for row in rows:
		for field in ("due_at", "ended_at"):
			row[field] = to_site(from_utc(row[field])) if row[field] else None
	return rows
