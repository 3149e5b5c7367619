"""Nightly work on packages: what has lapsed, and whether the ledger agrees."""

import frappe
from frappe.utils import nowdate

from ..operations.expire_packages import expire_packages
from ..operations.tie_out_ledger import tie_out_ledger
from ..store.packages import lapsed_packages

TOGETHER = 25
"""Packages that lapse in one job, hence in one transaction."""


def expire_lapsed() -> None:
	"""Queue a job for each few packages whose last day is over."""
	names = lapsed_packages(nowdate())
	for first in range(0, len(names), TOGETHER):
		frappe.enqueue(
			"runbook_ops.jobs.packages.expire_some",
			queue="long",
			enqueue_after_commit=True,
			packages=names[first : first + TOGETHER],
		)


def expire_some(packages: list[str]) -> None:
	"""Let these lapse; safe to run twice, as a lapsed package is left out."""
	still = set(lapsed_packages(nowdate(), packages))
	expire_packages([name for name in packages if name in still])


def tie_out() -> None:
	"""Compare the liabilities with packages and deposits; a difference becomes a task."""
	tie_out_ledger()
