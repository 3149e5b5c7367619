"""A part that is refused is undone and noted; what is nobody's refusal is raised."""

import frappe
import pymysql
import pytest
from rq.timeouts import JobTimeoutException
from tests import factories as make

from runbook_ops.errors import FeeRefused, is_conflict
from runbook_ops.operations.undo_refused import undo_refused
from runbook_ops.workflows.conflicts import again_on_conflict

STALE = pymysql.err.OperationalError(1020, "Record has changed since last read")
CONFLICTS = (STALE, frappe.QueryDeadlockError("1213"), frappe.TimestampMismatchError("saved meanwhile"))


def test_what_was_refused_is_undone_and_told_to_nobody_else():
	before = make.customer()
	frappe.msgprint("Said before")
	with undo_refused() as attempt:
		frappe.delete_doc("Customer", before.name)
		frappe.throw("The <b>month</b> is closed")
	assert (attempt.refusal, type(attempt.error)) == ("The month is closed", frappe.ValidationError)
	assert frappe.db.exists("Customer", before.name)
	assert [message["message"] for message in frappe.local.message_log] == ["Said before"]


def test_what_was_not_refused_stays():
	with undo_refused() as attempt:
		name = make.skill().name
	assert (attempt.error, attempt.refusal) == (None, "")
	assert frappe.db.exists("Service Skill", name)


def test_one_within_another_undoes_its_own_part():
	with undo_refused() as outer:
		kept = make.skill().name
		with undo_refused() as inner:
			lost = make.skill().name
			frappe.throw("No")
	assert (outer.refusal, inner.refusal) == ("", "No")
	stored = frappe.get_all("Service Skill", {"name": ("in", [kept, lost])}, pluck="name")
	assert stored == [kept]


@pytest.mark.parametrize(
	"error",
	[*CONFLICTS, JobTimeoutException("too long"), FeeRefused("not this one"), KeyError("a fault")],
	ids=repr,
)
def test_what_is_no_refusal_of_this_part_is_raised(error):
	taken = (Exception,) if not isinstance(error, KeyError) else (frappe.ValidationError,)
	with pytest.raises(type(error)), undo_refused(taken, but=(FeeRefused,)):
		raise error


@pytest.mark.parametrize("error", CONFLICTS, ids=repr)
def test_a_job_that_met_a_conflict_is_done_again(error):
	assert is_conflict(error)
	with pytest.raises(frappe.RetryBackgroundJobError), again_on_conflict():
		raise error


def test_a_job_that_failed_otherwise_fails():
	with pytest.raises(frappe.ValidationError), again_on_conflict():
		frappe.throw("No")
