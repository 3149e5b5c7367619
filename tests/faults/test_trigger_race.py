"""Triggers with real commits and processes: looks at the clock at once, a change and a submission that come several times at once,
and a publication that other processes know of at once."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor

import frappe
import pytest
import requests
from tests import factories as make

from runbook_ops.operations.publish_chain import publish_chain

pytestmark = pytest.mark.commits

CALL = {"code": "call", "action": "create_follow_up", "settings": {"subject": "Call"}}
BEGIN = """
import os, sys, frappe
from datetime import datetime, timedelta
frappe.init(site=os.environ["RUNBOOK_SITE"], sites_path=os.environ["RUNBOOK_SITES_PATH"])
frappe.connect()
frappe.set_user("Administrator")
"""
LOOK = (
	BEGIN
	+ """
from runbook_ops.workflows.timed_triggers import start_timed_chains
start_timed_chains(datetime.fromisoformat(sys.argv[1]))
"""
)
WRITE = (
	BEGIN
	+ """
doc = frappe.get_doc("ToDo", sys.argv[1])
print("ready", flush=True)
sys.stdin.readline()
doc.db_set("priority", "High")
frappe.db.commit()
"""
)
KEEP_SAVING = (
	BEGIN
	+ """
import time
doc = frappe.get_doc("ToDo", sys.argv[1])
for line in sys.stdin:
	time.sleep(0.3)  # longer than a process goes without looking
	doc.priority = line.strip()
	doc.save()
	frappe.db.commit()
	print("saved", flush=True)
"""
)


def runs(chain):
	frappe.db.rollback()
	return frappe.get_all(
		"Chain Run", {"chain": chain.name}, ["name", "reference_name"], order_by="creation asc"
	)


def process(code: str, *words: str) -> subprocess.Popen:
	pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
	return subprocess.Popen([sys.executable, "-c", code, *words], **pipes)


def post(token: str, body: dict) -> requests.Response:
	address = f"{os.environ['RUNBOOK_WEB']}/api/method/runbook_ops.api.chains.start"
	return requests.post(address, json=body, headers={"Authorization": token}, timeout=60)


def test_four_looks_at_the_clock_at_once_start_each_run_once(db, figures):
	details = {
		"trigger_doctype": "ToDo",
		"trigger_field": "date",
		"trigger_offset_minutes": -1440,
		"trigger_at": "09:00",
	}
	chain = make.chain([CALL], trigger="date_reached", **details)
	tasks = [make.insert("ToDo", description="Look", date=make.day(5).date()).name for _ in range(40)]
	frappe.db.commit()
	first = process(LOOK, "2020-01-01T00:00:00+00:00")
	assert first.wait(120) == 0
	moment = frappe.utils.get_datetime(f"{make.day(4).date()} 23:59:59").isoformat() + "+00:00"
	looks = [process(LOOK, moment) for _ in range(4)]
	assert [look.wait(120) for look in looks] == [0] * 4
	found = [run.reference_name for run in runs(chain)]
	assert sorted(found) == sorted(tasks)
	figures(f"{len(tasks)} records due, 4 processes look at once: {len(found)} runs")


def test_one_change_that_several_processes_make_at_once_starts_one_run(db):
	chain = make.chain(
		[CALL], trigger="record_changed", trigger_doctype="ToDo", trigger_field="priority", trigger_to="High"
	)
	task = make.insert("ToDo", description="Look", priority="Low")
	frappe.db.commit()
	writers = [process(WRITE, task.name) for _ in range(4)]
	for writer in writers:
		assert writer.stdout.readline() == "ready\n"
	for writer in writers:
		writer.stdin.write("go\n")
		writer.stdin.flush()
	assert [writer.wait(120) for writer in writers] == [0] * 4
	assert len(runs(chain)) == 1


def test_one_submission_that_comes_eight_times_at_once_starts_one_run(db):
	chain = make.chain([CALL], trigger="submission", trigger_values="wish")
	token = make.api_token(make.user("Runbook Front Desk"))
	frappe.db.commit()
	start = threading.Barrier(8)

	def send(_):
		start.wait()
		return post(token, {"chain": chain.name, "key": "order-1", "values": {"wish": "a pool"}})

	with ThreadPoolExecutor(8) as threads:
		answers = list(threads.map(send, range(8)))
	assert {answer.status_code for answer in answers} == {200}, [answer.text[:300] for answer in answers]
	assert len({answer.json()["message"]["run"] for answer in answers}) == 1
	assert len(runs(chain)) == 1
	assert post("token nobody:nothing", {"chain": chain.name, "key": "k", "values": {}}).status_code in (
		401,
		403,
	)


def test_a_published_and_a_switched_chain_are_known_to_processes_that_run(db):
	chain = make.chain([CALL], trigger="record_changed", trigger_doctype="Note", trigger_field="title")
	task = make.insert("ToDo", description="Look", priority="Low")
	frappe.db.commit()
	other = process(KEEP_SAVING, task.name)

	def save(priority: str) -> int:
		other.stdin.write(f"{priority}\n")
		other.stdin.flush()
		assert other.stdout.readline() == "saved\n"
		return len(runs(chain))

	assert save("High") == 0
	chain.update({"trigger_doctype": "ToDo", "trigger_field": "priority"})
	chain.save()
	publish_chain(chain.name)
	frappe.db.commit()
	assert save("Low") == 1
	chain.reload()
	chain.enabled = 0
	chain.save()
	frappe.db.commit()
	assert save("Low") == 1
	frappe.cache.flushall()
	chain.reload()
	chain.enabled = 1
	chain.save()
	frappe.db.commit()
	assert save("Medium") == 2
	other.stdin.close()
	assert other.wait(30) == 0
