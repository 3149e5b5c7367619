"""Two people who take the same write-off back at the same moment: one does, the other is told, and the ledger has it once."""

import os
import subprocess
import sys

import frappe
import pytest
from tests.support.receivables import ledger
from tests.support.tiers import tier

from runbook_ops.api import receivables as api

pytestmark = pytest.mark.commits

__all__ = ["ledger"]
ROUNDS = tier(2, 20)
RUN = """
import os, sys, frappe
frappe.init(site=os.environ["RUNBOOK_SITE"], sites_path=os.environ["RUNBOOK_SITES_PATH"])
frappe.connect()
frappe.set_user("Administrator")
from runbook_ops.api import receivables
from runbook_ops.errors import ReceivableRefused
frappe.db.get_value("Journal Entry", sys.argv[1], "docstatus")
print("ready", flush=True)
for entry in sys.argv[1:]:
	sys.stdin.readline()
	frappe.db.rollback()
	frappe.db.get_value("Journal Entry", entry, "docstatus")
	try:
		receivables.take_back(entry)
		frappe.db.commit()
		print("done", flush=True)
	except ReceivableRefused as refusal:
		frappe.db.rollback()
		print(refusal, flush=True)
"""


def test_one_of_two_takes_it_back(ledger):
	invoices = [ledger.invoice(80, 100) for _ in range(ROUNDS)]
	entries = [api.write_off(invoice.name, "Moved away")["journal_entry"] for invoice in invoices]
	frappe.db.commit()
	wish = [sys.executable, "-c", RUN, *entries]
	pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
	runs = [subprocess.Popen(wish, cwd=os.environ["RUNBOOK_SITES_PATH"], **pipes) for _ in range(2)]
	for run in runs:
		assert run.stdout.readline().strip() == "ready", run.stderr.read()
	for invoice, entry in zip(invoices, entries, strict=True):
		for run in runs:
			run.stdin.write("go\n")
			run.stdin.flush()
		told = sorted(run.stdout.readline().strip() for run in runs)
		assert told == [f"Write-off: {entry} is cancelled already, so there is nothing to take back.", "done"]
		frappe.db.rollback()
		assert ledger.ledger(entry) == {} and ledger.owed(invoice) == 80
	for run in runs:
		_out, err = run.communicate(timeout=60)
		assert run.returncode == 0, err
