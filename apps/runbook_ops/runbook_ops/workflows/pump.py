"""The pump: lease due steps a few at a time and work them until nothing is due or the budget is spent."""

import os
import socket
import time
from datetime import timedelta

import frappe

from ..store import chain_runs
from .engine import work_step

BATCH = 10
BUDGET = timedelta(seconds=240)


def pump(budget: timedelta = BUDGET, worker: str | None = None) -> int:
	"""Work due steps; gives how many were worked. Safe to run in any number at once.

	Commits as it goes: each step is a transaction of its own, read-committed, so that it sees what others have just done.
	"""
	name = worker or f"{socket.gethostname()}-{os.getpid()}"
	lease = timedelta(
		seconds=frappe.db.get_single_value("Runbook Settings", "lease_seconds", cache=True) or 120
	)
	ends = time.monotonic() + budget.total_seconds()
	worked = 0
	frappe.db.sql("set session transaction isolation level read committed")
	frappe.db.rollback()  # the level holds from the next transaction on
	try:
		while time.monotonic() < ends:
			leases = chain_runs.claim_due(name, lease, BATCH)
			if not leases:
				break
			for held in leases:
				work_step(held, name)
				worked += 1
	finally:
		frappe.db.sql("set session transaction isolation level repeatable read")
		frappe.db.rollback()
	return worked
