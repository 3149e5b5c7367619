"""The test site itself: ERPNext and the app are there, and nothing a test writes stays."""

import frappe
import pytest
from tests.support.tables import Tables, connect_as_root

TODO = "Written by a test of the test fixtures"


def seen_from_outside() -> int:
	"""How many of our rows another connection sees."""
	connection = connect_as_root()
	with connection.cursor() as cursor:
		cursor.execute(
			f"select count(*) from `{frappe.conf.db_name}`.tabToDo where description = %s", (TODO,)
		)
		return cursor.fetchone()[0]


def write():
	return frappe.get_doc({"doctype": "ToDo", "description": TODO}).insert()


def test_site_is_set_up():
	assert {"frappe", "erpnext", "runbook_ops"} <= set(frappe.get_installed_apps())
	assert frappe.db.get_value("Company", "Runbook Test Co", "abbr") == "RTC"
	assert frappe.session.user == "Administrator"
	assert frappe.flags.in_test


def test_commit_does_not_reach_the_database():
	write()
	frappe.db.commit()
	assert frappe.db.count("ToDo", {"description": TODO}) == 1
	assert seen_from_outside() == 0


def test_rollback_goes_back_to_the_last_commit():
	kept = write()
	frappe.db.commit()
	lost = write()
	frappe.db.rollback()
	assert frappe.db.exists("ToDo", kept.name)
	assert not frappe.db.exists("ToDo", lost.name)


def test_callbacks_follow_commit_and_rollback():
	heard = []
	frappe.db.after_commit.add(lambda: heard.append("dropped"))
	frappe.db.rollback()
	frappe.db.after_commit.add(lambda: heard.append("run"))
	frappe.db.commit()
	assert heard == ["run"]


def test_changing_a_table_is_refused():
	with pytest.raises(AssertionError, match="commits"):
		frappe.db.sql_ddl("create table runbook_never (name int)")


def test_jobs_wait_for_the_commit_and_can_be_run(jobs):
	frappe.enqueue("frappe.utils.now", enqueue_after_commit=True)
	assert jobs.methods == []
	frappe.db.commit()
	assert jobs.methods == ["frappe.utils.now"]
	assert jobs.drain() == 1


@pytest.mark.commits
def test_committed_rows_are_seen_outside_and_taken_back():
	write()
	frappe.db.commit()
	assert seen_from_outside() == 1
	Tables().put_back()
	assert seen_from_outside() == 0
