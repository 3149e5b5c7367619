"""Fixtures of tests on a real site: one connection a session, and nothing that a test writes stays.

A test runs in one transaction which is rolled back. `frappe.db.commit()` and `rollback()` keep their meaning inside
the test by means of a savepoint, but nothing reaches the database. A test that needs other processes to see its
rows is marked `commits`: it commits for real, and the tables it touched are put back afterwards.
"""

import os
from datetime import timedelta

import pytest
from tests.support.jobs import JobQueue
from tests.support.tables import Tables

SAVEPOINT = "runbook_test"
SENDER = "studio@runbook.example"


@pytest.fixture(scope="session")
def site():
	"""Connected to the test site as Administrator; the value is the site's name."""
	import frappe

	name = os.environ.get("RUNBOOK_SITE")
	if not name:
		pytest.exit("These tests need a site: run them through ./runbook test site (see docs/testing.md).", 4)
	before = os.getcwd()
	os.chdir(os.environ["RUNBOOK_SITES_PATH"])
	_connect(name)
	Tables().put_back_if_kept()
	_make_email_account()
	_leave_nobody_alone()
	_stock_spares()
	yield name
	frappe.destroy()
	os.chdir(before)


def _connect(name: str) -> None:
	import frappe

	frappe.init(site=name, sites_path=os.environ["RUNBOOK_SITES_PATH"])
	frappe.connect()
	frappe.set_user("Administrator")
	frappe.flags.in_test = True
	if hasattr(frappe, "in_test"):
		frappe.in_test = True


def _make_email_account() -> None:
	"""One outgoing account, committed: without any, sending a mail is an error."""
	import frappe

	if frappe.db.exists("Email Account", {"email_id": SENDER}):
		return
	frappe.get_doc(
		{
			"doctype": "Email Account",
			"email_account_name": "Runbook Tests",
			"email_id": SENDER,
			"enable_outgoing": 1,
			"default_outgoing": 1,
			"no_smtp_authentication": 1,
			"smtp_server": "127.0.0.1",
			"smtp_port": 25,
		}
	).insert()
	frappe.db.commit()


def _leave_nobody_alone() -> None:
	"""No quiet hours, committed: what a test sends goes out whatever the time is."""
	import frappe

	if frappe.db.get_single_value("Runbook Settings", "quiet_from"):
		frappe.db.set_single_value("Runbook Settings", {"quiet_from": None, "quiet_to": None})
		frappe.db.commit()


@pytest.fixture
def db(request, site, monkeypatch):
	"""The database of one test: `frappe.db`, with everything undone at the end."""
	import frappe

	flags = dict(frappe.local.flags)
	if request.node.get_closest_marker("commits"):
		yield from _committing()
	else:
		yield from _rolling_back(monkeypatch)
	frappe.local.flags.clear()
	frappe.local.flags.update(flags)
	frappe.set_user("Administrator")
	frappe.clear_messages()
	frappe.local.error_log = []
	frappe.local.cache = {}
	frappe.local.runbook_clock_off = timedelta(0)
	_forget_what_chains_watch()
	_give_back_spares()


def _stock_spares() -> None:
	from tests import factories

	factories.stock_spares()


def _give_back_spares() -> None:
	from tests.support import spares

	spares.give_back()


def _forget_what_chains_watch() -> None:
	import frappe

	from runbook_ops.store import chain_watch

	chain_watch.forget()
	frappe.cache.delete(frappe.cache.make_key(chain_watch.TOKEN))


def _committing():
	import frappe

	tables = Tables()
	tables.keep()
	try:
		yield frappe.db
	finally:
		frappe.db.rollback()
		tables.put_back()


def _rolling_back(monkeypatch):
	import frappe

	from runbook_ops.store import one_trip

	db = frappe.db
	db.rollback()
	db.savepoint(SAVEPOINT)

	def commit(chain=False):
		db.before_rollback.reset()
		db.after_rollback.reset()
		db.before_commit.run()
		db.savepoint(SAVEPOINT)
		db.value_cache.clear()
		db.after_commit.run()

	def rollback(*, save_point=None, chain=False):
		if save_point:
			return really_rollback(save_point=save_point)
		db.before_commit.reset()
		db.after_commit.reset()
		db.before_rollback.run()
		db.sql(f"rollback to savepoint {SAVEPOINT}")
		db.value_cache.clear()
		return db.after_rollback.run()

	def sql_ddl(query, *args, **kwargs):
		raise AssertionError(f"This changes a table, which commits: mark the test `commits`. {query[:200]}")

	really_rollback = db.rollback
	for name, fake in (("commit", commit), ("rollback", rollback), ("sql_ddl", sql_ddl)):
		monkeypatch.setattr(db, name, fake)
	monkeypatch.setattr(one_trip, "COMMIT", f"savepoint {SAVEPOINT}")
	jobs = JobQueue.in_place(monkeypatch)
	frappe.local.test_jobs = jobs
	try:
		yield db
	finally:
		monkeypatch.undo()
		db.before_commit.reset()
		db.after_commit.reset()
		db.rollback()


@pytest.fixture
def jobs(db):
	"""The background jobs the test has enqueued so far: `jobs.methods`, `jobs.drain()`."""
	import frappe

	return frappe.local.test_jobs
