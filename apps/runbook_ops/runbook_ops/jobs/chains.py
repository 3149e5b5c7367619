"""Nightly work on the chains: a look whether everything belongs together, and old runs put away."""

import frappe

from ..operations.reconcile_chains import reconcile_chains
from ..workflows.archive import put_old_runs_away


def reconcile() -> None:
	"""Open a task for what is wrong, end those of what is right again."""
	found = reconcile_chains()
	if found:
		frappe.logger("runbook_ops").info("reconciliation: %s", dict(found))


def put_away() -> None:
	"""Pack the runs that ended long ago."""
	put_old_runs_away()
