"""The pump: lease due steps a few at a time and work them until nothing is due, or the budget is spent and the next is rung for."""

import os
import socket
import time
from datetime import timedelta

import frappe

from ..store.leases import Lease, claim_due
from .conflicts import through_conflicts
from .doorbell import ring
from .engine import work_step
from .mailing import send_messages

BATCH = 10
BUDGET = timedelta(seconds=240)


def pump(budget: timedelta = BUDGET, worker: str | None = None) -> int:
	"""Work due steps; gives how many were worked. Safe to run in any number at once.

	Commits as it goes, read-committed, so that it sees what others have just done.
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
		while leases := _claim(name, lease):
			for left in send_messages(leases, name):
				work_step(left, name)
			worked += len(leases)
			if time.monotonic() >= ends:
				ring()
				break
	finally:
		frappe.db.sql("set session transaction isolation level repeatable read")
		frappe.db.rollback()
	return worked


def _claim(worker: str, lease: timedelta) -> tuple[Lease, ...]:
	"""The next leases; a conflict with other pumps is tried again, with jitter."""
	claimed: list[Lease] = []
	through_conflicts(lambda: claimed.extend(claim_due(worker, lease, BATCH)))
	return tuple(claimed)
