"""A worker: pumps due steps without end. With a number it is a nursery, which keeps so many workers alive by forking.

A forked worker starts within milliseconds, so a test that kills workers spends its time on steps and not on imports.

Environment: `KILL_PLAN`, a folder with `plan.json`, rows of booking, step and point (tests/support/boundaries.py) at which a worker
kills itself, once each; what has struck is a file there. `KNOWN_ACTIONS`: all that this worker's version of the app knows, by
commas. `CLOCK_OFF`: by how many seconds this worker's clock is wrong. `WORK`: `sweep` instead of pumping, as a scheduler does.
"""

import gc
import json
import logging
import os
import signal
import sys
import time
from contextlib import ExitStack, suppress
from datetime import timedelta
from pathlib import Path

import frappe
from frappe.model.base_document import get_controller

from runbook_ops.jobs.pump import sweep
from runbook_ops.workflows.pump import pump

BUDGET = timedelta(seconds=2)
MADE = (
	"Customer",
	"Contact",
	"Communication",
	"Opportunity",
	"Material Request",
	"Service Booking",
	"Service Job",
	"Follow-up Task",
)
"""What steps read and make: their code is imported once, before a worker is forked."""
IDLE_SECONDS = 0.03
RETRY_SECONDS = 0.2


def work(site: str, nursery: int) -> None:
	"""Pump as long as the nursery lives; when the database goes away, connect again."""
	while os.getppid() == nursery:
		try:
			frappe.init(site=site, sites_path=os.environ["RUNBOOK_SITES_PATH"])
			frappe.connect()
			frappe.set_user("Administrator")
			while os.getppid() == nursery:
				if os.environ.get("WORK") == "sweep":
					sweep()
					frappe.db.commit()
					time.sleep(IDLE_SECONDS)
				elif not pump(BUDGET):
					time.sleep(IDLE_SECONDS)
		except Exception:
			logging.exception("worker %s", os.getpid())
			time.sleep(RETRY_SECONDS)


def keep_alive(site: str, count: int) -> None:
	"""Fork `count` workers and replace each that ends."""
	gc.freeze()
	alive, nursery = 0, os.getpid()
	while True:
		while alive < count:
			if os.fork() == 0:
				work(site, nursery)
				os._exit(0)
			alive += 1
		os.wait()
		alive -= 1


def kill_by_plan(folder: Path):
	"""A watcher of boundaries that kills this process where the plan says so and nobody was killed before."""
	plan = {tuple(row) for row in json.loads((folder / "plan.json").read_text())}

	def passed(booking: str, code: str, point: str) -> None:
		if (booking, code, point) in plan:
			with suppress(FileExistsError):
				os.close(os.open(folder / f"{booking}|{code}|{point}", os.O_CREAT | os.O_EXCL | os.O_WRONLY))
				os.kill(os.getpid(), signal.SIGKILL)

	return passed


def as_told(stack: ExitStack) -> None:
	"""Become the worker that the environment describes."""
	if folder := os.environ.get("KILL_PLAN"):
		sys.path.insert(
			0, str(Path(__file__).parents[1] / "support")
		)  # a bench may have a package `tests` of its own
		from boundaries import watched

		stack.enter_context(watched(kill_by_plan(Path(folder)), frappe.database.database.Database))
	if known := os.environ.get("KNOWN_ACTIONS"):
		from runbook_ops.core.chains.actions import ACTIONS

		for code in set(ACTIONS) - set(known.split(",")):
			del ACTIONS[code]
	if seconds := float(os.environ.get("CLOCK_OFF", "0")):
		from runbook_ops import site_time

		right = site_time.host_now
		site_time.host_now = lambda: right() + timedelta(seconds=seconds)


if __name__ == "__main__":
	site, count = sys.argv[1], int(sys.argv[2])
	frappe.init(site=site, sites_path=os.environ["RUNBOOK_SITES_PATH"])
	frappe.connect()  # imports what a connection needs
	frappe.get_hooks()
	for doctype in MADE:
		get_controller(doctype)
	frappe.destroy()
	with ExitStack() as stack:
		as_told(stack)
		keep_alive(site, count)
