"""Chains that start by the clock: at a time counted from a record's date, and at a time that comes again."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice

import frappe
from rq.timeouts import JobTimeoutException

from ..core.chains.moments import times_after
from ..core.chains.parse_trigger import STATES_BY_EVENT
from ..core.chains.spec import Event
from ..core.followups import TaskKind
from ..errors import is_conflict
from ..operations.open_task import TaskWish, open_task
from ..site_time import site_zone, utc_now
from ..store.chain_schedules import (
	DueRecord,
	Schedule,
	keep_schedules,
	put_schedule,
	records_due,
	take_schedule,
)
from ..store.chain_versions import Published, published_on
from .chain_starts import Occasion, start_chains
from .conflicts import through_conflicts
from .record_triggers import booking_of, date_occurrence

TIMED = (Event.DATE_REACHED, Event.TIME_RECURRING)
MOST_TIMES = 100
"""So many times of one chain are caught up with at once, after the scheduler has stood still."""


def start_timed_chains(now: datetime | None = None) -> int:
	"""Start the runs whose time has come since the last look; gives how many. Safe to run in any number at once.

	Commits chain by chain, read-committed. A chain that fails is told in the error log, and holds up none of the others; it
	is looked at again from where it stood.
	"""
	chains = published_on(TIMED)
	now = now or utc_now()
	frappe.db.sql("set session transaction isolation level read committed")
	frappe.db.rollback()  # the level holds from the next transaction on
	try:
		through_conflicts(lambda: _keep(chains))
		return sum(_work(chain, now) for chain in chains)
	finally:
		frappe.db.sql("set session transaction isolation level repeatable read")
		frappe.db.rollback()


def _keep(chains: Sequence[Published]) -> None:
	try:
		keep_schedules(chains)
		frappe.db.commit()
	except frappe.DuplicateEntryError:  # another worker has just done so
		frappe.db.rollback()


def _work(chain: Published, now: datetime) -> int:
	found: list[int] = []
	try:
		through_conflicts(lambda: found.append(_start_due(chain, now)))
	except JobTimeoutException:
		raise
	except Exception:
		frappe.db.rollback()
		frappe.log_error(f"Chain {chain.spec.code} by the clock")
		frappe.db.commit()
	return sum(found)


def _start_due(chain: Published, now: datetime) -> int:
	schedule = take_schedule(chain.spec.code)
	if schedule is None:
		frappe.db.rollback()
		return 0
	if chain.spec.trigger is Event.DATE_REACHED:
		started = _start_dates(chain, schedule, now)
	else:
		started = _start_times(chain, schedule, now)
	frappe.db.commit()
	return started


def _start_dates(chain: Published, schedule: Schedule, now: datetime) -> int:
	started = 0
	for records in records_due(chain.spec, schedule.look_from, now, site_zone()):
		for record in records:
			started += _guarded(chain, _occasion_of(chain, record))
	if now > schedule.seen_until:
		put_schedule(replace(schedule, seen_until=now))
	return started


def _occasion_of(chain: Published, record: DueRecord) -> Occasion:
	doctype = chain.spec.trigger_doctype or ""
	booking = booking_of(frappe.get_doc(doctype, record.name)) if doctype in STATES_BY_EVENT else None
	about = (Event.DATE_REACHED, doctype, record.name, date_occurrence(record.value))
	return Occasion(*about, booking=booking, at=record.moment)


def _start_times(chain: Published, schedule: Schedule, now: datetime) -> int:
	if schedule.next_at and schedule.next_at > now:
		return 0
	started, seen = 0, schedule.seen_until
	upcoming = times_after(chain.spec.details, seen, site_zone())
	times = list(islice(upcoming, MOST_TIMES + 1))
	for moment in [moment for moment in times[:MOST_TIMES] if moment <= now]:
		about = (Event.TIME_RECURRING, "Trigger Chain", chain.spec.code, moment.isoformat())
		started += _guarded(chain, Occasion(*about, at=moment))
		seen = moment
	next_at = next((moment for moment in times if moment > seen), None)
	far = now + timedelta(days=36500)
	put_schedule(replace(schedule, seen_until=seen, next_at=next_at or far))
	return started


def _guarded(chain: Published, occasion: Occasion) -> int:
	"""Start one; what goes wrong with it becomes somebody's task, so that the others are not held up and it is not lost."""
	frappe.db.savepoint("runbook_timed_start")
	try:
		return len(start_chains(occasion, (chain.version,)))
	except JobTimeoutException:
		raise
	except Exception as error:
		if is_conflict(error):
			raise
		frappe.db.rollback(save_point="runbook_timed_start")
		frappe.log_error(f"Chain {chain.spec.code} for {occasion.name}")
		wish = TaskWish(
			subject=frappe._("Start {0} by hand: {1}").format(chain.spec.title, occasion.name),
			due_at=utc_now() + timedelta(hours=4),
			key=f"not-started|{chain.spec.code}|{occasion.name}|{occasion.occurrence}"[:140],
			kind=TaskKind.EXCEPTION,
			role="Runbook Manager",
			values={
				"reason_code": "action_failed",
				"reason": str(error)[:500],
				"reference_doctype": occasion.doctype,
				"reference_name": occasion.name,
			},
		)
		open_task(wish)
		return 0
