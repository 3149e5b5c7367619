"""What business do the questions run on? A few real records, and copies of them made in bulk by the database."""

from collections.abc import Mapping
from dataclasses import dataclass

import frappe
from tests import factories as make

from benchmarks.report import progress
from runbook_ops.core.chains.plan import release_steps
from runbook_ops.site_time import site_zone, to_utc, utc_now
from runbook_ops.store.chain_runs import open_runs_of, plan_waiting, states_of
from runbook_ops.store.chain_versions import load_spec

REMINDER = "reminder_48_hours"


def copy_rows(doctype: str, changed: Mapping[str, str], where: str, count: int) -> None:
	"""Insert `count` copies of each row that `where` finds. `changed`: column -> SQL, in which `n.seq` counts from 1."""
	columns = frappe.db.get_table_columns(doctype)
	values = ", ".join(changed.get(column, f"origin.`{column}`") for column in columns)
	names = ", ".join(f"`{column}`" for column in columns)
	frappe.db.sql(
		f"insert into `tab{doctype}` ({names}) select {values} from `tab{doctype}` origin"
		f" join `seq_1_to_{count}` n where {where}"
	)


@dataclass(frozen=True)
class Reminders:
	"""Booked visits in the middle of their chain, of which a batch at a time gets its 48-hour reminder due."""

	batches: int
	size: int

	@classmethod
	def made(cls, batches: int, size: int) -> "Reminders":
		"""Copies of one confirmed booking with its whole run: what comes before the reminder is done, the rest is to come."""
		visit = make.booking(address=None)
		run = frappe.db.get_value("Chain Run", {"booking": visit.name})
		_work_up_to_reminder(visit.name)
		count = batches * size
		booking, copy = "concat('BENCH-', n.seq)", "concat('bench-', n.seq)"
		copy_rows("Service Booking", {"name": booking}, f"origin.name = '{visit.name}'", count)
		copy_rows(
			"Service Booking Resource",
			{"name": "concat('bench-', n.seq, '-', origin.idx)", "parent": booking},
			f"origin.parent = '{visit.name}'",
			count,
		)
		copy_rows(
			"Chain Run",
			{"name": copy, "run_key": copy, "booking": booking, "reference_name": booking},
			f"origin.name = '{run}'",
			count,
		)
		copy_rows(
			"Chain Step Run",
			{"name": "concat('bench-', n.seq, '-', origin.position)", "run": copy},
			f"origin.run = '{run}'",
			count,
		)
		frappe.db.sql("update `tabChain Step Run` set state = 'Cancelled' where run = %s", run)
		frappe.db.commit()
		return cls(batches, size)

	def arm(self, batch: int) -> None:
		"""Make the reminders of a batch due a second ago."""
		runs = [f"bench-{batch * self.size + number + 1}" for number in range(self.size)]
		frappe.db.sql(
			"update `tabChain Step Run` set state = 'Planned', due_at = date_sub(%s, interval 1 second)"
			" where run in %s and step_code = %s",
			(to_utc(utc_now()), tuple(runs), REMINDER),
		)
		frappe.db.commit()


def _work_up_to_reminder(booking: str) -> None:
	"""End the steps before the reminder, and let the engine plan what waited for them."""
	(run,) = open_runs_of(booking)
	position = frappe.db.get_value("Chain Step Run", {"run": run.name, "step_code": REMINDER}, "position")
	frappe.db.sql(
		"update `tabChain Step Run` set state = 'Done', ended_at = due_at where run = %s and position < %s",
		(run.name, position),
	)
	released = release_steps(
		load_spec(run.version), states_of([run.name])[run.name], run.anchors, site_zone()
	)
	plan_waiting(run.name, released)


STEPS = 14
AT_ONCE = 100_000
NAMES = "name, creation, modified, owner, modified_by"
STAMP = "now(6), now(6), 'Administrator', 'Administrator'"
OLD_RUN = f"left(md5(concat('old', 1 + (n.seq - 1) div {STEPS})), 16)"
OLD_STEP = "left(md5(concat('step', n.seq)), 16)"
FIRST = f"where n.seq % {STEPS} = 1"
OLD_RUNS = f"""insert into `tabChain Run` ({NAMES}, chain, version, booking, reference_doctype, reference_name, status,
	revision, run_key, anchors, started_at, ended_at)
	select {OLD_RUN}, {STAMP}, 'service_visit', 'service_visit-1', concat('OLD-', n.seq), 'Service Booking',
	concat('OLD-', n.seq), 'Done', 0, concat('old|', n.seq), '{{}}', now(6), now(6)"""
OLD_STEPS = f"""insert into `tabChain Step Run` ({NAMES}, run, step_code, title, action, state, due_at, ended_at, revision,
	position, priority, attempts, fence)
	select {OLD_STEP}, {STAMP}, {OLD_RUN}, concat('step_', n.seq % {STEPS}), 'Remind the customer 48 hours before',
	'send_message', 'Done', date_sub(utc_timestamp(6), interval 60 + n.seq % 1000000 minute), utc_timestamp(6), 0,
	n.seq % {STEPS}, 45, 0, 1"""
OLD_EFFECTS = f"""insert into `tabChain Effect` ({NAMES}, step_run, run, action, effect_class, state, recipient, summary,
	done_at)
	select concat({OLD_RUN}, '.0.step_', n.seq % {STEPS}), {STAMP}, {OLD_STEP}, {OLD_RUN}, 'send_message', 'look_up',
	'Sent', 'somebody@customer.example', 'Reminder', utc_timestamp(6)"""


def finished_steps(name: str, count: int) -> None:
	"""Store so many finished steps with an effect each, in runs of 14 that are done; names are hashes, as in life."""
	for first in range(1, count + 1, AT_ONCE):
		last = min(first + AT_ONCE - 1, count)
		progress(f"{name}: storing finished steps, {last:,} of {count:,}")
		for statement in (OLD_RUNS, OLD_STEPS, OLD_EFFECTS):
			frappe.db.sql(
				f"{statement} from `seq_{first}_to_{last}` n {'' if statement != OLD_RUNS else FIRST}"
			)
		frappe.db.commit()
