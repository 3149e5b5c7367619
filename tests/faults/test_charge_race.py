"""Two schedulers at the same moment: a customer is charged once and has one statement."""

import os
import subprocess
import sys

import frappe
import pytest
from tests import factories as make
from tests.support.receivables import ago, ledger

pytestmark = pytest.mark.commits

__all__ = ["ledger"]
RUN = """
import os, sys, frappe
frappe.init(site=os.environ["RUNBOOK_SITE"], sites_path=os.environ["RUNBOOK_SITES_PATH"])
frappe.connect()
frappe.set_user("Administrator")
from runbook_ops.jobs.receivables import charge_some, state_some
company, as_of, *customers = sys.argv[1:]
frappe.db.commit()
print("ready", flush=True)
sys.stdin.readline()
def until_done(work, **wish):
	while True:
		try:
			work(company=company, customers=customers, **wish)
			return frappe.db.commit()
		except frappe.RetryBackgroundJobError:
			frappe.db.rollback()
until_done(charge_some, month="2026-11")
until_done(state_some, as_of=as_of)
"""
PEOPLE = 4


@pytest.fixture
def owing(ledger):
	ledger.settings(finance_charge="Percent a month", finance_charge_value=1.5, finance_charge_grace=30)
	ledger.customers = [make.customer().name for _ in range(PEOPLE)]
	for customer in ledger.customers:
		ledger.invoice(80, 40, customer=customer)
	frappe.db.commit()
	return ledger


def test_two_schedulers_charge_and_state_once(owing):
	wish = [sys.executable, "-c", RUN, owing.company, str(ago(0)), *owing.customers]
	pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
	runs = [subprocess.Popen(wish, cwd=os.environ["RUNBOOK_SITES_PATH"], **pipes) for _ in range(2)]
	for run in runs:
		assert run.stdout.readline().strip() == "ready", run.stderr.read()
	for run in runs:
		run.stdin.write("go\n")
		run.stdin.flush()
	for run in runs:
		_out, err = run.communicate(timeout=60)
		assert run.returncode == 0, err
	frappe.db.rollback()
	for customer in owing.customers:
		assert frappe.db.count("Finance Charge", {"customer": customer}) == 1
		assert frappe.db.count("Sales Invoice", {"customer": customer}) == 2
		assert frappe.db.count("Customer Statement", {"customer": customer}) == 1
		address = frappe.db.get_value("Customer", customer, "email_id")
		assert frappe.db.count("Email Queue Recipient", {"recipient": address}) == 1
	assert not frappe.db.exists("Follow-up Task", {"reason_code": ("like", "%_blocked")})
