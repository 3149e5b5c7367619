"""Put away the runs that ended long ago, a batch a transaction, so that nobody waits for their locks."""

import time
from datetime import timedelta

import frappe

from ..site_time import to_site, utc_now
from ..store.archive import lock_old_runs, put_away
from .conflicts import through_conflicts

BATCH = 50
BUDGET = timedelta(minutes=10)


def put_old_runs_away(budget: timedelta = BUDGET) -> int:
	"""Pack what is older than the settings say until none is left or the budget is spent; gives how many steps. Commits."""
	days = frappe.get_cached_doc("Runbook Settings").archive_after_days
	days = 400 if days is None else int(days)
	if days <= 0:
		return 0
	ends, before = time.monotonic() + budget.total_seconds(), to_site(utc_now() - timedelta(days=days))
	steps: list[int] = []

	def batch() -> None:
		runs = lock_old_runs(before, BATCH)
		found = put_away(runs) if runs else -1
		frappe.db.commit()
		steps.append(found)

	more = True
	while more and time.monotonic() < ends:
		more = through_conflicts(batch) and steps[-1] >= 0
	return sum(found for found in steps if found > 0)
