"""Chains that start other chains: by a step, at their end, by what they change; and where that stops."""

from dataclasses import replace

import frappe
import pytest
from tests import factories as make

from runbook_ops.core.chains.progress import MOST_DEEP
from runbook_ops.errors import ChainRefused
from runbook_ops.store.chain_runs import run_of_row
from runbook_ops.workflows.chain_starts import caused_by, start_chain
from runbook_ops.workflows.pump import pump

CALL = {"code": "call", "action": "create_follow_up", "settings": {"subject": "Call {{ customer_name }}"}}


def runs(chain):
	return frappe.get_all(
		"Chain Run",
		{"chain": chain.name},
		["name", "booking", "status", "reason", "depth", "cause"],
		order_by="creation asc",
	)


def run_of(chain):
	(row,) = frappe.get_all("Chain Run", {"chain": chain.name}, ["*"], order_by="creation asc")
	return run_of_row(row)


@pytest.fixture
def first():
	"""A chain that has begun for a booking."""
	chain = make.chain([CALL], for_every_booking=1)
	make.booking()
	return chain


def test_a_step_starts_a_chain_about_the_same_booking_once(first):
	second = make.chain([{"code": "job", "action": "create_job"}], trigger="chain_step")
	run = run_of(first)
	name = start_chain(run, second.name, f"{run.name}.0.next")
	assert start_chain(run, second.name, f"{run.name}.0.next") == name
	(found,) = runs(second)
	assert (found.name, found.booking, found.depth, found.cause) == (name, run.booking, 1, run.name)
	assert start_chain(run, second.name, f"{run.name}.1.next") != name


@pytest.mark.parametrize(
	("values", "message"),
	[
		({"trigger": "booking_cancelled"}, "can't be started by another"),
		({"enabled": 0}, "switched off or not published"),
		({"trigger_doctype": "Sales Invoice"}, "is about Sales Invoice"),
	],
)
def test_what_a_step_can_not_start_is_told(first, values, message):
	second = make.chain([CALL], **{"trigger": "chain_step", **values})
	with pytest.raises(ChainRefused, match=message):
		start_chain(run_of(first), second.name, "key")
	with pytest.raises(ChainRefused, match="none called gone"):
		start_chain(run_of(first), "gone", "key")


def test_a_row_of_chains_ends(first):
	second = make.chain([CALL], trigger="chain_step")
	deep = replace(run_of(first), depth=MOST_DEEP)
	with pytest.raises(ChainRefused, match="5 chains in a row"):
		start_chain(deep, second.name, "key")
	assert runs(second) == []
	assert start_chain(replace(deep, depth=MOST_DEEP - 1), second.name, "key")


def test_the_end_of_a_chain_starts_the_next(first):
	second = make.chain([CALL], trigger="chain_ended", trigger_chain=first.name)
	other = make.chain([CALL], trigger="chain_ended", trigger_chain="service_visit")
	assert runs(second) == []
	frappe.db.commit()
	pump()
	(before,), (after,) = runs(first), runs(second)
	assert (before.status, after.status, after.cause, after.depth) == ("Done", "Done", before.name, 1)
	assert runs(other) == []


def test_a_chain_that_is_cancelled_has_not_ended(first):
	second = make.chain([CALL], trigger="chain_ended", trigger_chain=first.name)
	visit = frappe.get_doc("Service Booking", run_of(first).booking)
	visit.update({"status": "Cancelled", "cancel_reason": "ill"})
	visit.save()
	assert runs(second) == []


def test_chains_that_change_what_each_other_watch_go_to_a_person():
	"""Each change is made as by a step of the run that the one before has started."""
	chain = make.chain([CALL], trigger="record_changed", trigger_doctype="ToDo", trigger_field="priority")
	task = make.insert("ToDo", description="Look", priority="Low")
	cause = None
	for number in range(MOST_DEEP + 2):
		task.priority = ("Medium", "High")[number % 2]
		if cause is None:
			task.save()
		else:
			with caused_by(cause):
				task.save()
		rows = frappe.get_all("Chain Run", {"chain": chain.name}, ["*"], order_by="depth desc, creation desc")
		cause = run_of_row(rows[0])
	found = runs(chain)
	assert [run.depth for run in found] == list(range(MOST_DEEP + 2))
	assert [run.status for run in found] == [*["Running"] * (MOST_DEEP + 1), "Not Started"]
	assert "5 chains in a row" in found[-1].reason
	assert (
		frappe.db.get_value(
			"Follow-up Task", {"reference_name": task.name, "kind": "Exception"}, "reason_code"
		)
		== "chains_too_deep"
	)


def test_a_run_whose_steps_were_all_over_before_it_began_is_done():
	late = {**CALL, "anchor": "booking_start", "offset_minutes": -60 * 24 * 30, "useful_minutes": 60}
	chain = make.chain([late], for_every_booking=1)
	make.booking()
	assert [run.status for run in runs(chain)] == ["Done"]
