"""A worker: pumps due steps without end. With a number it is a nursery, which keeps so many workers alive by forking.

A forked worker starts within milliseconds, so a test that kills workers spends its time on steps and not on imports.
"""

import gc
import logging
import os
import sys
import time
from datetime import timedelta

import frappe

from runbook_ops.workflows.pump import pump

BUDGET = timedelta(seconds=2)
IDLE_SECONDS = 0.03
RETRY_SECONDS = 0.2


def work(site: str) -> None:
	"""Pump for ever; when the database goes away, connect again."""
	while True:
		try:
			frappe.init(site=site, sites_path=os.environ["RUNBOOK_SITES_PATH"])
			frappe.connect()
			frappe.set_user("Administrator")
			while True:
				if not pump(BUDGET):
					time.sleep(IDLE_SECONDS)
		except Exception:
			logging.exception("worker %s", os.getpid())
			time.sleep(RETRY_SECONDS)


def keep_alive(site: str, count: int) -> None:
	"""Fork `count` workers and replace each that ends."""
	gc.freeze()
	alive = 0
	while True:
		while alive < count:
			if os.fork() == 0:
				work(site)
			alive += 1
		os.wait()
		alive -= 1


if __name__ == "__main__":
	site, count = sys.argv[1], int(sys.argv[2])
	frappe.init(site=site, sites_path=os.environ["RUNBOOK_SITES_PATH"])
	frappe.connect()  # imports what a connection needs
	frappe.get_hooks()
	frappe.destroy()
	keep_alive(site, count)
