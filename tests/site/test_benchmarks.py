"""The benchmarks still run: each question with tiny sizes, whose figures mean nothing."""

import json
import os
import subprocess
import sys

import frappe
import pytest

ROWS = [
	"confirm",
	"confirm_request",
	"effect",
	"effects",
	"tick",
	"tick_ten_due",
	"replan_sql",
	"replan_sql_all",
	"slots_growth",
	"slots_growth_all_ahead",
]
TABLES = ("Service Booking", "Resource Claim", "Chain Run", "Chain Step Run", "Chain Effect")


def asked(*words: str) -> subprocess.CompletedProcess:
	return subprocess.run(
		[sys.executable, "-m", "benchmarks", *words],
		cwd=os.environ["RUNBOOK_CHECKOUT"],
		capture_output=True,
		text=True,
		timeout=120,
		check=False,
	)


@pytest.mark.commits
def test_each_question_runs_and_leaves_nothing(db):
	before = {doctype: db.count(doctype) for doctype in TABLES}
	db.rollback()  # tables that this connection has read can't be renamed by others
	done = asked("--quick", "--json", "confirm", "effects", "tick", "replan_sql", "slots_growth")
	assert done.returncode == 0, done.stderr
	assert [row["name"] for row in json.loads(done.stdout)] == ROWS
	assert all(row["figure"] > 0 for row in json.loads(done.stdout))
	frappe.db.rollback()
	assert {doctype: db.count(doctype) for doctype in TABLES} == before
	assert not db.sql("show tables like '%_other'")


def test_an_unknown_question_is_told_and_the_known_ones_are_named():
	done = asked("speed")
	assert done.returncode == 2
	assert "no question speed" in done.stderr
	assert all(name in done.stderr for name in ("confirm", "effects", "tick", "slots_growth", "salon_import"))


def test_a_missed_goal_is_an_error_and_so_is_what_was_not_run_in_ci(monkeypatch):
	sys.path.insert(0, os.environ["RUNBOOK_CHECKOUT"])
	from benchmarks.report import Row, exit_code, table

	met, missed, unknown = Row("a", 1.0, 2.0), Row("b", 3.0, 2.0), Row("c", None, 60.0, "s")
	assert (exit_code([met]), exit_code([met, missed])) == (0, 1)
	monkeypatch.delenv("CI", raising=False)
	assert exit_code([met, unknown]) == 0
	monkeypatch.setenv("CI", "true")
	assert exit_code([met, unknown]) == 1
	assert "MISSED" in table([met, missed, unknown])
	assert "NOT RUN" in table([met, missed, unknown])
