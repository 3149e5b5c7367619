"""For all fault tests: real commits, a mail server on loopback, and figures that are printed at the end of a test."""

import os

import frappe
import pymysql
import pytest
from tests.support.mail import mail_server
from tests.support.site import db, jobs, site

__all__ = ["db", "jobs", "mail_server", "site"]


@pytest.fixture(autouse=True)
def _undone(db):
	"""What a test has committed is taken back, whether it names the fixture or not."""


@pytest.fixture
def figures(request):
	"""`figures("50 kills, ...")`: a line of the test report, also when the test passes."""
	lines: list[str] = []
	yield lines.append
	reporter = request.config.pluginmanager.get_plugin("terminalreporter")
	for line in lines:
		reporter.write_line(f"\n{request.node.name}: {line}")


@pytest.fixture(params=["OFF", "ON"])
def isolation(request, db):
	"""MariaDB with and without its newer isolation, in which a locking read of what has changed meanwhile is an error.

	For who connects from now on, and for the test's own connection.
	"""
	switch = "innodb_snapshot_isolation"
	with pymysql.connect(
		unix_socket=os.environ["RUNBOOK_DB_SOCKET"],
		user="root",
		password=os.environ["RUNBOOK_DB_ROOT_PASSWORD"],
		autocommit=True,
	) as connection:
		cursor = connection.cursor()
		if not cursor.execute(f"show global variables like '{switch}'"):
			pytest.skip(f"this MariaDB has no {switch}")
		before = cursor.fetchone()[1]
		cursor.execute(f"set global {switch} = {request.param}")
		frappe.db.sql(f"set session {switch} = {request.param}")
		yield request.param
		cursor.execute(f"set global {switch} = {before}")
		frappe.db.sql(f"set session {switch} = {before}")
