"""The pump: lease due steps a few at a time and work them until nothing is due, or the budget is spent and the next is rung for."""

import os
import socket
import time
from collections.abc import Iterator
from datetime import timedelta

import frappe

from ..store.leases import Lease, claim_due
from .conflicts import through_conflicts
from .doorbell import ring
from .engine import work_step
from .mailing import send_messages

BATCH = 10
BUDGET = timedelta(seconds=240)
SILENT_EVERY = 1.0
"""Seconds between two looks for steps whose holder went silent, while others are due."""


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
		for leases in _batches(name, lease):
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


def _batches(worker: str, lease: timedelta) -> Iterator[tuple[Lease, ...]]:
	"""The next leases, until nothing is due and nobody is silent."""
	look_from = time.monotonic()
	leases: tuple[Lease, ...] = ()
	while True:
		look = not leases or time.monotonic() >= look_from
		leases = _claim(worker, lease, look)
		if look:
			look_from = time.monotonic() + SILENT_EVERY
		if leases:
			yield leases
		elif look:
			return


def _claim(worker: str, lease: timedelta, silent_too: bool) -> tuple[Lease, ...]:
	"""The next leases; a conflict with other pumps is tried again, with jitter."""
	claimed: list[Lease] = []
	through_conflicts(lambda: claimed.extend(claim_due(worker, lease, BATCH, silent_too)))
	return tuple(claimed)
