"""Uninstalling leaves ERPNext as it was: custom fields, roles and jobs go, its documents stay; installing again works."""

import json
import os
import subprocess
import sys

import pytest

LOOK = """
import json, frappe
frappe.init(site={site!r}, sites_path={sites!r}); frappe.connect()
columns = {{doctype: sorted(frappe.db.get_table_columns(doctype)) for doctype in {doctypes!r}}}
print("LOOK" + json.dumps({{
	"columns": columns,
	"counts": {{doctype: frappe.db.count(doctype) for doctype in ("Company", "Account", "Customer", "Item", "User")}},
	"ours": frappe.db.count("DocType", {{"module": "Runbook Ops"}}),
	"fields": frappe.db.count("Custom Field", {{"fieldname": ("like", "runbook%")}}),
	"roles": frappe.db.count("Role", {{"name": ("like", "Runbook%")}}),
	"jobs": frappe.db.count("Scheduled Job Type", {{"method": ("like", "runbook_ops%")}}),
	"offered": frappe.db.count("DefaultValue", {{"parent": "runbook_ops"}}),
}}))
"""

TOUCHED = ("Customer", "Item", "Sales Invoice", "Payment Entry", "Material Request")


def look(site):
	code = LOOK.format(site=site, sites=os.environ["RUNBOOK_SITES_PATH"], doctypes=TOUCHED)
	run = subprocess.run(
		[sys.executable, "-c", code],
		cwd=os.environ["RUNBOOK_SITES_PATH"],
		capture_output=True,
		text=True,
		check=True,
	)
	return json.loads(run.stdout.split("LOOK")[1])


def bench(*arguments):
	site = os.environ["RUNBOOK_SITE"]
	subprocess.run(
		[sys.executable, "-m", "frappe.utils.bench_helper", "frappe", "--site", site, *arguments],
		cwd=os.environ["RUNBOOK_SITES_PATH"],
		check=True,
		capture_output=True,
	)


@pytest.fixture
def reinstalled():
	yield
	bench("install-app", "runbook_ops")


def test_uninstall_and_install_again(reinstalled):
	site = os.environ["RUNBOOK_SITE"]
	before = look(site)
	ours = ("ours", "fields", "roles", "jobs", "offered")
	assert all(before[what] for what in ours)
	bench("uninstall-app", "runbook_ops", "--yes", "--no-backup")
	after = look(site)
	assert [after[what] for what in ours] == [0] * len(ours)
	assert after["counts"] == before["counts"]
	for doctype, columns in before["columns"].items():
		assert after["columns"][doctype] == [
			column for column in columns if not column.startswith("runbook_")
		]
