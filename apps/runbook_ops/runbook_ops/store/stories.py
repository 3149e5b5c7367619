"""What happened in a run, step by step, as people read it."""

from collections.abc import Iterator, Mapping, Sequence

import frappe

from ..core.chains.archive import unpack_run
from ..core.chains.parse_step import step_to_data
from ..core.chains.spec import ENDED_STEPS, Anchor, ChainSpec, StepState
from ..site_time import from_utc, to_site
from .chain_versions import load_spec

QUERY = """
select run.name as run, run.chain, chain.title as chain_title, run.version, version.version as version_number,
	run.status as run_status, run.revision as run_revision, run.started_at, run.ended_at as run_ended_at,
	step.name as step_run, step.step_code, step.title, step.action, step.state, step.due_at, step.ended_at, step.reason,
	step.revision, step.position, step.attempts,
	effect.name as effect, effect.summary, effect.state as effect_state, effect.reference_doctype, effect.reference_name,
	effect.recipient, effect.answer, effect.done_at, task.name as task, task.allocated_to as owner, task.due_at as task_due_at,
	user.full_name as owner_name
from `tabChain Run` run
left join `tabTrigger Chain` chain on chain.name = run.chain
left join `tabTrigger Chain Version` version on version.name = run.version
join `tabChain Step Run` step on step.run = run.name
left join `tabChain Effect` effect on effect.step_run = step.name
left join `tabFollow-up Task` task on task.step_run = step.name and task.status in ('Open', 'In Progress')
left join `tabUser` user on user.name = task.allocated_to
where {condition}
order by run.creation, step.revision, coalesce(step.ended_at, step.due_at, '9999-01-01'), step.position
"""

ARCHIVES = """
select run.name as run, run.chain, chain.title as chain_title, run.version, version.version as version_number,
	run.status as run_status, run.revision as run_revision, run.started_at, run.ended_at as run_ended_at, run.archive
from `tabChain Run` run
left join `tabTrigger Chain` chain on chain.name = run.chain
left join `tabTrigger Chain Version` version on version.name = run.version
where {condition} and run.archived = 1 order by run.creation
"""
ANSWERS = """
select task.step_run, task.creation, task.reason, task.outcome, task.resolved_at, user.full_name as person
from `tabFollow-up Task` task left join `tabUser` user on user.name = task.resolved_by
where task.step_run in %(steps)s and task.status not in ('Open', 'In Progress') order by task.creation
"""
MOMENTS = ("due_at", "ended_at", "done_at")
FAILED = ("Failed", "Unknown")
"""The outcomes of tries that are told; the earliest versions also kept those that succeeded."""
"""What is kept in UTC."""


def story_of_booking(booking: str) -> list[frappe._dict]:
	"""All runs of a booking."""
	return _told(
		QUERY.format(condition="run.booking = %s"), ARCHIVES.format(condition="run.booking = %s"), booking
	)


def story_of_run(run: str) -> list[frappe._dict]:
	"""One run."""
	return _told(QUERY.format(condition="run.name = %s"), ARCHIVES.format(condition="run.name = %s"), run)


def _put_away(query: str, value: str) -> Iterator[frappe._dict]:
	"""The steps of runs that ended long ago, as they were packed into them."""
	for run in frappe.db.sql(query, value, as_dict=True):
		about = {**run, "task": None, "owner": None, "task_due_at": None, "owner_name": None}
		for row in unpack_run(about.pop("archive") or "[]"):
			yield frappe._dict({**about, **row})


def _told(query: str, put_away: str, value: str) -> list[frappe._dict]:
	rows = [*_put_away(put_away, value), *frappe.db.sql(query, value, as_dict=True)]
	latest = {(row.run, row.step_code): row for row in rows}
	ended = {key for key, row in latest.items() if StepState(row.state) in ENDED_STEPS}
	events = _events_of(
		[row.step_run for row in rows], [(row.step_run, each) for row in rows for each in row.tries or ()]
	)
	for row in rows:
		spec = load_spec(row.version)
		for field in MOMENTS:
			row[field] = to_site(from_utc(row[field])) if row[field] else None
		row.current = latest[(row.run, row.step_code)] is row
		row.trigger = spec.trigger.value
		row.timing = _timing(spec, row.step_code)
		row.events = events.get(row.step_run, [])
		row.update(_waits(row, spec, {code for run, code in ended if run == row.run}))
	return rows


def _timing(spec: ChainSpec, code: str) -> Mapping[str, object] | None:
	"""When the chain says that the step happens, as the plain data of a step."""
	step = spec.step(code)
	if step is None:
		return None
	data = step_to_data(step)
	return {name: data[name] for name in ("anchor", "offset_minutes", "at")}


def _events_of(steps: Sequence[str], put_away: Sequence[tuple[str, dict]]) -> Mapping[str, list[dict]]:
	"""What happened to steps between planned and ended, in order of time: tries that failed, what people were asked and said.

	Each: `what` (`tried` or `asked`), `at` (site time), `text`; of what was asked also `person`, `answer` and `answered_at`.
	"""
	if not steps:
		return {}
	found: dict[str, list[dict]] = {}
	tries = frappe.get_all(
		"Chain Effect Attempt",
		filters={"step_run": ("in", steps)},
		fields=["step_run", "outcome", "ended_at", "answer"],
		order_by="ended_at asc, name asc",
	)
	for step, row in [*((row.step_run, row) for row in tries), *put_away]:
		if row["outcome"] not in FAILED:
			continue
		at = to_site(from_utc(row["ended_at"]))
		found.setdefault(step, []).append({"what": "tried", "at": at, "text": row.get("answer")})
	for row in frappe.db.sql(ANSWERS, {"steps": tuple(steps)}, as_dict=True):
		event = {"what": "asked", "at": row.creation, "text": row.reason, "person": row.person}
		event.update(answer=row.outcome, answered_at=row.resolved_at)
		found.setdefault(row.step_run, []).append(event)
	return {step: sorted(events, key=lambda event: event["at"]) for step, events in found.items()}


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
