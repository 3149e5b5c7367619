"""Two workers keep the same plan at the same moment: each day is booked once, and nobody fails."""

import subprocess
import sys

import frappe
import pytest
from tests import factories as make

pytestmark = pytest.mark.commits

KEEP = """
import os, sys, time
import frappe
frappe.init(site=os.environ["RUNBOOK_SITE"], sites_path=os.environ["RUNBOOK_SITES_PATH"])
frappe.connect()
frappe.set_user("Administrator")
from runbook_ops.operations.materialise_plan import materialise_plan
frappe.db.sql("select 1 from `tabService Booking` limit 1")
print("ready", flush=True)
sys.stdin.readline()
for _ in range(4):
	try:
		done = materialise_plan(sys.argv[1])
		break
	except frappe.QueryDeadlockError:
		frappe.db.rollback()
frappe.db.commit()
print(done.booked, done.conflicts, flush=True)
"""


def test_two_at_once_book_each_day_once():
	plan = make.service_plan(window_days=1)
	frappe.db.set_value("Service Plan", plan.name, "window_days", 90)
	frappe.db.commit()
	workers = [
		subprocess.Popen(
			[sys.executable, "-c", KEEP, plan.name], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
		)
		for _ in range(3)
	]
	for worker in workers:
		assert worker.stdout.readline().strip() == "ready"
	for worker in workers:
		worker.stdin.write("go\n")
		worker.stdin.flush()
	told = [worker.communicate(timeout=120)[0].split() for worker in workers]
	assert [worker.returncode for worker in workers] == [0, 0, 0]
	assert sorted(told) == [["0", "0"], ["0", "0"], ["13", "0"]]
	frappe.db.rollback()
	days = frappe.get_all("Service Booking", {"plan": plan.name}, pluck="plan_date", order_by="plan_date asc")
	assert len(days) == len(set(days)) == 13
