"""How steps end on a real site, who owns what can't be done, and what people answer."""

import json
import time
from datetime import timedelta

import frappe
import pytest
from tests import factories as make
from tests.support.trail import (
	asked,
	effect_of,
	pump,
	run_of,
	seconds_from_now,
	step_of,
	steps_of,
	task_of,
	visit,
	work,
)

from runbook_ops.channels import email as email_channel
from runbook_ops.errors import ResolutionRefused
from runbook_ops.site_time import from_site, to_utc, utc_now
from runbook_ops.workflows.resolve import resolve_task

# -- the ends of a step


def test_done_leaves_one_effect(mail_server):
	booking = visit({"code": "job", "action": "create_job"})
	assert work() == 1
	step = step_of(booking, "job")
	effect = effect_of(step)
	booking.reload()
	assert step.state == "Done" and step.ended_at and step.lease_owner is None
	assert effect.name == f"{step.run}.0.job" and effect.state == "Done"
	assert (effect.reference_doctype, effect.reference_name) == ("Service Job", booking.job)
	assert run_of(booking).status == "Done"


def test_a_sent_message_is_one_mail_and_one_line_on_the_timeline(mail_server):
	booking = visit(make.message())
	work()
	(mail,) = mail_server.mails()
	effect = effect_of(step_of(booking))
	assert (effect.state, effect.message_id, effect.recipient) == ("Sent", mail.message_id, mail.to)
	assert mail.subject == effect.summary
	line = {"reference_name": booking.name, "message_id": mail.message_id.strip("<>")}
	assert frappe.db.count("Communication", line) == 1
	assert effect.worker and "accepted by" in effect.answer and effect.started_at <= effect.done_at
	assert not frappe.db.exists("Chain Effect Attempt", {"effect": effect.name})


def test_skipped_says_which_row_of_the_condition_did_not_hold(mail_server):
	booking = visit(make.message(condition={"all": [["outdoor", "=", True]]}))
	work()
	step = step_of(booking)
	assert (step.state, step.reason_code) == ("Skipped", "condition_not_met"), step.reason
	assert "outdoor" in step.reason
	assert mail_server.mails() == [] and run_of(booking).status == "Done"


def test_what_cannot_be_done_gets_an_owner_of_the_steps_role(mail_server):
	manager = make.user("Runbook Manager")
	path = {"exception_role": "Runbook Manager", "exception_due_minutes": 30}
	booking = visit(make.message(**path), customer=make.customer(email=None))
	work()
	step = step_of(booking)
	task = task_of(step)
	assert (step.state, step.reason_code) == ("Human", "customer_has_no_email")
	assert (task.kind, task.allocated_to, task.booking) == ("Exception", manager.name, booking.name)
	assert task.choices.splitlines() == ["Retry", "Done by hand", "Skip"]
	assert 0 < (from_site(task.due_at) - utc_now()).total_seconds() <= 30 * 60
	assert run_of(booking).status == "Needs Attention"


def test_a_step_that_is_too_late_is_not_done_but_asked_about(mail_server):
	booking = visit(make.message(useful_minutes=60))
	step = step_of(booking)
	frappe.db.set_value("Chain Step Run", step.name, "due_at", to_utc(utc_now() - timedelta(hours=2)))
	pump()
	assert step_of(booking).reason_code == "step_late" and mail_server.mails() == []
	assert task_of(step)


def test_successors_wait_and_are_let_go(mail_server):
	after = make.message("after", after=["job"])
	booking = visit({"code": "job", "action": "create_job", "anchor": "run_start"}, after)
	assert step_of(booking, "after").state == "Waiting"
	work("job")
	assert step_of(booking, "after").state == "Done"


def test_something_unforeseen_is_tried_later_and_holds_nobody_up(mail_server):
	broken, sound = visit(make.message()), visit(make.message())
	frappe.db.set_value("Service Booking", broken.name, "starts_at_utc", None)
	work()
	step = step_of(broken)
	assert step.state == "Retry" and "AttributeError" in step.reason and seconds_from_now(step.due_at) > 50
	assert step_of(sound).state == "Done"


# -- mail that does not go out


def test_a_busy_mail_server_is_tried_again_ever_later_and_then_a_person_takes_over(mail_server):
	mail_server.behave("busy")
	booking = visit(make.message())
	for attempt, minutes in enumerate((1, 5, 15, 60, 360), start=1):
		work()
		step = step_of(booking)
		assert (step.state, step.attempts) == ("Retry", attempt)
		assert minutes * 60 - 5 < seconds_from_now(step.due_at) <= minutes * 60 * 1.2
		assert pump() == 0
	work()
	step = step_of(booking)
	assert (step.state, step.reason_code) == ("Human", "gave_up") and "451" in step.reason
	mail_server.behave("accept")
	resolve_task(task_of(step).name, "Retry")
	work()
	assert step_of(booking).state == "Done" and len(mail_server.mails()) == 1


def test_no_mail_server_is_tried_again(mail_server):
	frappe.db.set_value("Email Account", {"default_outgoing": 1}, "smtp_port", 1)
	booking = visit(make.message())
	work()
	assert step_of(booking).state == "Retry"
	assert effect_of(step_of(booking)).state == "Failed"


def test_a_refused_address_is_corrected_by_a_person_and_the_mail_goes_to_the_new_one(mail_server):
	mail_server.behave("refuse")
	booking = visit(make.message(), email="old@customer.example")
	work()
	step = step_of(booking)
	assert (step.state, step.reason_code) == ("Human", "address_refused")
	assert "old@customer.example" in step.reason and "550" in step.reason
	mail_server.behave("accept")
	booking.reload().update({"email": "new@customer.example"}).save()
	resolve_task(task_of(step).name, "Retry")
	work()
	(mail,) = mail_server.mails()
	effect = effect_of(step)
	assert mail.to == effect.recipient == "new@customer.example" and effect.state == "Sent"
	assert json.loads(effect.payload)["recipient"] == "new@customer.example"


def test_an_address_that_mail_cannot_carry_goes_to_a_person(mail_server):
	booking = visit(make.message())
	frappe.db.set_value("Service Booking", booking.name, "email", "zoë@customer.example")
	work()
	assert step_of(booking).reason_code == "address_refused"


def test_without_a_mail_account_the_trail_goes_on_and_the_message_waits_in_the_queue(mail_server):
	frappe.db.set_value("Email Account", {"default_outgoing": 1}, "default_outgoing", 0)
	after = {"code": "assign", "action": "assign_job", "after": ["job"]}
	booking = visit({"code": "job", "action": "create_job"}, make.message(), after)
	work()
	assert [step.state for step in steps_of(booking).values()] == ["Done", "Human", "Done"]
	step = step_of(booking)
	assert step.reason_code == "no_mail_account"
	frappe.db.set_value("Email Account", {"email_id": "studio@runbook.example"}, "default_outgoing", 1)
	resolve_task(task_of(step).name, "Retry")
	work()
	assert len(mail_server.mails()) == 1 and run_of(booking).status == "Done"


@pytest.mark.parametrize(("mode", "has_it"), [("drop", 1), ("hang", 0)])
def test_a_cut_line_leaves_the_outcome_unknown_to_a_person_who_may_send_again(
	mail_server, monkeypatch, mode, has_it
):
	monkeypatch.setattr(email_channel, "TIMEOUT_SECONDS", 1)
	mail_server.behave(mode)
	booking, other = visit(make.message()), visit({"code": "job", "action": "create_job"})
	started = time.monotonic()
	work()
	assert time.monotonic() - started < 8
	step = step_of(booking)
	assert (step.state, step.reason_code) == ("Human", "outcome_unknown")
	assert effect_of(step).state == "Unknown" and len(mail_server.mails()) == has_it
	assert step_of(other, "job").state == "Done"
	assert pump() == 0 and len(mail_server.mails()) == has_it
	mail_server.behave("accept")
	resolve_task(task_of(step).name, "Retry")
	work()
	mails = mail_server.mails()
	assert len(mails) == has_it + 1
	assert {mail.message_id for mail in mails} == {effect_of(step).message_id}
	assert step_of(booking).state == "Done" and effect_of(step).state == "Sent"


# -- answers of people


def test_done_by_hand(mail_server):
	booking, step = asked()
	task = task_of(step)
	resolve_task(task.name, "Done by hand", "told by phone")
	step = step_of(booking)
	assert (step.state, step.reason_code) == ("Done", "done_by_hand") and "told by phone" in step.reason
	task.reload()
	assert (task.status, task.resolved_by) == ("Done", "Administrator")
	assert step_of(booking, "job").state == "Planned"
	work()
	assert run_of(booking).status == "Done"


def test_a_skip_needs_a_reason(mail_server):
	booking, step = asked()
	with pytest.raises(ResolutionRefused, match="why"):
		resolve_task(task_of(step).name, "Skip", "  ")
	assert step_of(booking).state == "Human"
	resolve_task(task_of(step).name, "Skip", "she is standing here")
	assert (step_of(booking).state, step_of(booking).reason_code) == ("Skipped", "skipped_by_hand")


def test_only_what_is_offered_and_only_once(mail_server):
	booking, step = asked()
	task = task_of(step).name
	with pytest.raises(ResolutionRefused):
		resolve_task(task, "Ignore")
	resolve_task(task, "Done by hand")
	with pytest.raises(ResolutionRefused):
		resolve_task(task, "Retry")
	assert step_of(booking).state == "Done"


def test_a_retry_that_fails_again_asks_again_with_a_task_of_its_own(mail_server):
	_booking, step = asked()
	first = task_of(step).name
	resolve_task(first, "Retry")
	work()
	assert task_of(step).name != first
