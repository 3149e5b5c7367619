"""Chains that start by the clock: a time counted from a record's date, and a time that comes again; each once."""

from datetime import datetime, timedelta

import frappe
import pytest
from tests import factories as make

from runbook_ops.site_time import from_site, site_zone, utc_now
from runbook_ops.workflows.timed_triggers import start_timed_chains

CALL = {"code": "call", "action": "create_follow_up", "settings": {"subject": "Call {{ doc.name }}"}}
LATER = {**CALL, "code": "later", "offset_minutes": 1440}
EARLIER = -60


def runs(chain):
	return frappe.get_all(
		"Chain Run",
		{"chain": chain.name},
		["name", "reference_name", "status", "reason"],
		order_by="creation asc",
	)


def dated(days: int = -3, at: str = "09:00", doctype: str = "ToDo", field: str = "date", **values):
	"""A chain that was published an hour ago, so that its clock has begun."""
	steps = values.pop("steps", [CALL, LATER])
	details = {
		"trigger_doctype": doctype,
		"trigger_field": field,
		"trigger_offset_minutes": days * 1440,
		"trigger_at": at,
		**values,
	}
	chain = make.chain(steps, trigger="date_reached", **details)
	return published_ago(chain)


def published_ago(chain, minutes: int = 60):
	frappe.db.set_value(
		"Trigger Chain",
		chain.name,
		"modified",
		frappe.utils.now_datetime() - timedelta(minutes=minutes),
		update_modified=False,
	)
	frappe.db.commit()
	start_timed_chains(utc_now())
	return chain.reload()


def moment(days: int, at: str = "09:00", minutes: int = 0) -> datetime:
	return from_site(make.day(days, at)) + timedelta(minutes=minutes)


def todo(days: int):
	return make.insert("ToDo", description="Look", date=make.day(days).date())


def test_three_days_before_a_date_and_not_a_minute_sooner():
	chain = dated()
	task, other = todo(10), todo(11)
	frappe.db.commit()
	assert start_timed_chains(moment(7, minutes=-1)) == 0
	assert start_timed_chains(moment(7)) == 1
	assert [run.reference_name for run in runs(chain)] == [task.name]
	for minutes in (0, 1, 5, 9, 600):
		assert start_timed_chains(moment(7, minutes=minutes)) == 0
	assert start_timed_chains(moment(8)) == 1
	assert [run.reference_name for run in runs(chain)] == [task.name, other.name]


def test_steps_count_from_the_moment_and_not_from_the_look():
	chain = dated(steps=[LATER])
	todo(10)
	frappe.db.commit()
	start_timed_chains(moment(7, minutes=30))
	due = frappe.db.get_value("Chain Step Run", {"run": runs(chain)[0].name}, "due_at")
	assert due == (moment(8)).replace(tzinfo=None)


def test_days_on_which_nothing_looked_are_caught_up_with():
	chain = dated()
	tasks = [todo(days) for days in (10, 11, 12)]
	frappe.db.commit()
	assert start_timed_chains(moment(20)) == 3
	assert {run.reference_name for run in runs(chain)} == {task.name for task in tasks}


def test_a_date_that_moves_starts_the_run_at_its_new_time_and_ends_the_old_one():
	chain = dated()
	moved_before, moved_after = todo(10), todo(10)
	moved_before.date = make.day(20).date()
	moved_before.save()
	frappe.db.commit()
	start_timed_chains(moment(7))
	assert [run.reference_name for run in runs(chain)] == [moved_after.name]
	moved_after.reload()
	moved_after.date = make.day(20).date()
	moved_after.save()
	frappe.db.commit()
	(run,) = runs(chain)
	assert run.status == "Cancelled"
	assert frappe.db.get_value("Chain Step Run", {"run": run.name}, "reason_code") == "date_changed"
	start_timed_chains(moment(17))
	assert sorted(run.reference_name for run in runs(chain)[1:]) == sorted(
		[moved_before.name, moved_after.name]
	)
	moved_after.reload()
	moved_after.date = make.day(10).date()
	moved_after.save()
	frappe.db.commit()
	start_timed_chains(moment(17, minutes=2))
	assert len(runs(chain)) == 3, "the old date has had its run"


def test_a_date_whose_time_is_over_when_it_is_entered_says_so():
	chain = dated()
	task = todo(1)
	(run,) = runs(chain)
	assert (run.reference_name, run.status) == (task.name, "Not Started")
	assert "was over when the date was entered" in run.reason
	frappe.db.commit()
	start_timed_chains()
	assert len(runs(chain)) == 1


def test_what_was_due_before_the_chain_was_published_or_while_it_was_off_starts_nothing():
	task = todo(10)
	chain = dated()
	frappe.db.commit()
	chain.enabled = 0
	chain.save()
	frappe.db.commit()
	start_timed_chains(moment(7))
	chain.reload()
	chain.enabled = 1
	chain.save()
	frappe.db.set_value("Trigger Chain", chain.name, "modified", make.day(7, "12:00"), update_modified=False)
	frappe.db.commit()
	start_timed_chains(moment(7, "12:01"))
	start_timed_chains(moment(7, "12:02"))
	assert runs(chain) == []
	assert task.name


def test_drafts_and_cancelled_documents_have_no_dates():
	chain = dated(days=-1, doctype="Sales Invoice", field="due_date")
	items = [{"item_code": make.item(price=100).name, "qty": 1, "rate": 100}]
	bills = [
		make.insert(
			"Sales Invoice",
			customer=make.customer().name,
			company=make.company(),
			items=items,
			due_date=make.day(9).date(),
		)
		for _ in range(3)
	]
	for bill in bills[1:]:
		bill.submit()
	bills[2].cancel()
	frappe.db.commit()
	start_timed_chains(moment(8))
	assert [run.reference_name for run in runs(chain)] == [bills[1].name]


def test_a_time_of_a_record_counts_by_the_minute():
	chain = dated(days=0, at="", doctype="Event", field="starts_on", trigger_offset_minutes=-120)
	event = make.insert("Event", subject="Visit", starts_on=make.day(5, "14:30"), event_type="Private")
	frappe.db.commit()
	assert start_timed_chains(moment(5, "12:29")) == 0
	assert start_timed_chains(moment(5, "12:30")) == 1
	assert [run.reference_name for run in runs(chain)] == [event.name]


def test_a_time_that_comes_again_starts_a_run_each_time():
	steps = [{"code": "call", "action": "create_follow_up", "settings": {"subject": "Week of {{ today }}"}}]
	chain = published_ago(
		make.chain(
			steps,
			trigger="time_recurring",
			trigger_rule="FREQ=DAILY;INTERVAL=2",
			trigger_at="09:00",
			trigger_starts_on=make.day(2).date(),
		)
	)
	frappe.db.commit()
	assert [
		start_timed_chains(moment(*look))
		for look in ((2, "08:59"), (2, "09:00"), (2, "09:01"), (3,), (4,), (4,))
	] == [0, 1, 0, 0, 1, 0]
	assert start_timed_chains(moment(9)) == 2, "what came while nothing looked"
	assert {run.reference_name for run in runs(chain)} == {chain.name}
	assert frappe.db.get_value("Chain Schedule", chain.name, "next_at_utc") == moment(10).replace(tzinfo=None)


def test_a_chain_that_can_not_be_looked_at_holds_up_no_other(monkeypatch):
	broken, fine = dated(), dated()
	todo(10)
	frappe.db.set_value(
		"Chain Schedule", broken.name, "trigger", frappe.db.get_value("Chain Schedule", fine.name, "trigger")
	)
	spec = frappe.parse_json(frappe.db.get_value("Trigger Chain Version", broken.current_version, "spec"))
	spec["trigger_field"] = "gone"
	frappe.db.set_value("Trigger Chain Version", broken.current_version, "spec", frappe.as_json(spec))
	from runbook_ops.store.chain_versions import _load_spec

	_load_spec.cache_clear()
	frappe.db.commit()
	start_timed_chains(moment(7))
	_load_spec.cache_clear()
	assert (len(runs(broken)), len(runs(fine))) == (0, 1)
	assert frappe.db.exists("Error Log", {"method": ("like", f"%{broken.name}%")})


def test_most_looks_ask_for_no_record(monkeypatch):
	dated()
	todo(10)
	frappe.db.commit()
	start_timed_chains(moment(6, "12:00"))
	asked = []
	monkeypatch.setattr(
		frappe,
		"get_all",
		lambda doctype, *args, _real=frappe.get_all, **more: (
			asked.append(doctype),
			_real(doctype, *args, **more),
		)[1],
	)
	start_timed_chains(moment(6, "12:30"))
	assert "ToDo" not in asked


@pytest.mark.parametrize("look", [0, 1])
def test_a_record_whose_transaction_was_open_at_the_last_look_is_found_at_the_next(look):
	chain = dated()
	start_timed_chains(moment(7, minutes=5))
	task = frappe.get_doc({"doctype": "ToDo", "description": "Look", "date": make.day(10).date()}).insert()
	frappe.db.commit()
	start_timed_chains(moment(7, minutes=6 + look))
	assert [run.reference_name for run in runs(chain)] == [task.name]
	assert site_zone()
