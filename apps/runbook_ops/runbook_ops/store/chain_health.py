"""The steps that the health report looks at, and their number by state."""

from collections.abc import Collection
from datetime import datetime

import frappe

from ..core.chain_health import GRACE, StepFacts
from ..core.chains.spec import StepState
from ..site_time import from_site, from_utc, to_site, to_utc, utc_now

MOST_ROWS = 2000


def load_doubtful_steps(
	now: datetime, first: datetime, last: datetime, chain: str | None = None
) -> tuple[tuple[StepFacts, frappe._dict], ...]:
	"""The steps that may need a look, each with its row, at most 2000: all open ones, and those ended in runs that started
	in [first, last), site time.
	"""
	rows = frappe.db.sql(
		"""select step.name, step.run, step.title, step.state, step.due_at, step.lease_until, step.reason,
			run.chain, run.booking, run.reference_doctype, run.reference_name, booking.customer_name,
			task.name as task, task.allocated_to as owner, task.due_at as task_due_at
		from `tabChain Step Run` step
		join `tabChain Run` run on run.name = step.run
		left join `tabService Booking` booking on booking.name = run.booking
		left join `tabFollow-up Task` task on task.step_run = step.name and task.status in ('Open', 'In Progress')
		where (%(chain)s = '' or run.chain = %(chain)s) and (step.state = 'Human'
			or (step.state in ('Planned', 'Retry') and step.due_at <= %(now)s)
			or (step.state = 'Leased' and step.lease_until < %(now)s)
			or (step.state in ('Skipped', 'Cancelled') and coalesce(trim(step.reason), '') = ''
				and run.started_at >= %(first)s and run.started_at < %(last)s))
		order by step.due_at, step.name limit %(limit)s""",
		{"now": to_utc(now), "first": first, "last": last, "chain": chain or "", "limit": MOST_ROWS},
		as_dict=True,
	)
	return tuple((_facts(row), row) for row in rows)


def count_by_state(first: datetime, last: datetime, chain: str | None = None) -> dict[StepState, int]:
	"""The number of steps in each state, of the runs that started in [first, last), site time; open ones of all runs."""
	rows = frappe.db.sql(
		"""select step.state, count(*) from `tabChain Step Run` step join `tabChain Run` run on run.name = step.run
		where (step.state in ('Waiting', 'Planned', 'Leased', 'Retry', 'Human')
				or (run.started_at >= %(first)s and run.started_at < %(last)s))
			and (%(chain)s = '' or run.chain = %(chain)s)
		group by step.state""",
		{"first": first, "last": last, "chain": chain or ""},
	)
	return {StepState(state): count for state, count in rows}


def count_late_steps(now_utc: datetime) -> int:
	"""How many steps are due since longer than the grace; `now_utc` is naive UTC."""
	return frappe.db.sql(
		"select count(*) from `tabChain Step Run` where state in ('Planned', 'Retry') and due_at < %s",
		(now_utc - GRACE,),
	)[0][0]


def titles_of(chains: Collection[str]) -> dict[str, str]:
	"""The titles of chains."""
	rows = frappe.get_all(
		"Trigger Chain",
		filters={"name": ("in", tuple(chains) or ("",))},
		fields=["name", "title"],
		order_by="name asc",
	)
	return {row.name: row.title for row in rows}


def _facts(row: frappe._dict) -> StepFacts:
	return StepFacts(
		name=row.name,
		state=StepState(row.state),
		due_at=from_utc(row.due_at),
		leased_until=from_utc(row.lease_until),
		reason=row.reason,
		task=row.task,
		owner=row.owner,
		task_due_at=from_site(row.task_due_at) if row.task_due_at else None,
	)


def oldest_due(now_utc: datetime) -> datetime | None:
	"""When the step that waits longest for a worker was due, naive UTC; None when none does."""
	query = "select min(due_at) from `tabChain Step Run` where state in ('Planned', 'Retry') and due_at <= %s"
	return frappe.db.sql(query, now_utc)[0][0]


def effects_by_hour(since: datetime) -> dict[str, int]:
	"""How many effects came about in each hour since then, site time: `2026-11-24 09` -> number."""
	rows = frappe.db.sql(
		"""select date_format(modified, '%%Y-%%m-%%d %%H'), count(*) from `tabChain Effect`
		where modified >= %s and state in ('Sent', 'Done') group by 1 order by 1""",
		since,
	)
	return dict(rows)


def count_open_questions() -> tuple[int, int]:
	"""How many exceptions are open, and how many of them are overdue."""
	rows = frappe.db.sql(
		"""select count(*), coalesce(sum(due_at < %s), 0) from `tabFollow-up Task`
		where status in ('Open', 'In Progress') and kind = 'Exception'""",
		to_site(utc_now()),
	)
	return int(rows[0][0]), int(rows[0][1])
