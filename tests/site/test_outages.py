"""A provider that is out of order: its messages wait without spending tries, one person is told once, and it ends by itself."""

from datetime import timedelta

import frappe
from freezegun import freeze_time
from tests import factories as make
from tests.support.trail import effect_of, pump, step_of, visit, work

from runbook_ops.site_time import from_utc, to_utc, utc_now
from runbook_ops.store import breakers
from runbook_ops.store.chain_versions import load_spec
from runbook_ops.store.leases import claim_due, hold
from runbook_ops.workflows import outages

FAILURES, PAUSE = 3, 5


def limits(failures=FAILURES, pause=PAUSE):
	frappe.get_doc("Runbook Settings").update(
		{"breaker_failures": failures, "breaker_pause_minutes": pause}
	).save()


def breaker():
	return frappe.get_doc("Chain Breaker", "email")


def out_of_order(mail_server, manager=True):
	"""A mail server that is busy until the breaker has opened; gives who was told and the bookings that failed."""
	told = make.user("Runbook Manager") if manager else None
	limits()
	mail_server.behave("busy")
	bookings = [visit(make.message()) for _ in range(FAILURES)]
	work()
	return told, bookings


def test_so_many_failures_in_a_row_open_it_and_tell_somebody_once(mail_server):
	manager, bookings = out_of_order(mail_server)
	row = breaker()
	assert (row.state, row.failures) == ("Open", FAILURES) and "451" in row.last_error
	assert [step_of(booking).attempts for booking in bookings] == [1] * FAILURES
	(task,) = frappe.get_all("Follow-up Task", {"reason_code": "provider_alert"}, ["*"])
	assert (task.name, task.allocated_to, task.status) == (row.task, manager.name, "Open")
	about = {"document_type": "Follow-up Task", "document_name": task.name}
	assert frappe.get_all("Notification Log", about, pluck="for_user") == [manager.name]
	for _ in range(3):
		frappe.db.set_value("Chain Breaker", "email", "probe_at", to_utc(utc_now()) - timedelta(seconds=1))
		work()
	assert frappe.db.count("Follow-up Task", {"reason_code": "provider_alert"}) == 1
	assert frappe.db.count("Notification Log", about) == 1


def test_what_waits_spends_no_tries_and_only_one_at_a_time_finds_out(mail_server):
	_, failed = out_of_order(mail_server)
	waiting = [visit(make.message()) for _ in range(4)]
	before = frappe.db.count("Chain Effect Attempt")
	work()
	for booking in (*waiting, *failed):
		step = step_of(booking)
		assert (step.state, step.reason_code, step.held_for) == ("Planned", "provider_out", "email")
		assert 0 < (from_utc(step.due_at) - utc_now()).total_seconds() <= PAUSE * 60 * 1.2
	assert frappe.db.count("Chain Effect Attempt") == before, "nobody has asked the provider"
	assert pump() == 0
	frappe.db.set_value("Chain Breaker", "email", "probe_at", to_utc(utc_now()) - timedelta(seconds=1))
	work()
	assert frappe.db.count("Chain Effect Attempt") == before + 1, "one has asked"
	assert [step_of(booking).attempts for booking in (*waiting, *failed)] == [0] * 4 + [1] * FAILURES


def test_when_it_works_again_all_that_waits_goes_out_at_once_and_the_alert_ends(mail_server):
	_, failed = out_of_order(mail_server)
	waiting = [visit(make.message()) for _ in range(4)]
	work()
	mail_server.behave("accept")
	frappe.db.set_value("Chain Breaker", "email", "probe_at", to_utc(utc_now()) - timedelta(seconds=1))
	one = step_of(waiting[0]).name
	frappe.db.set_value("Chain Step Run", one, "due_at", to_utc(utc_now()) - timedelta(seconds=1))
	pump()
	assert {step_of(booking).state for booking in (*waiting, *failed)} == {"Done"}
	assert len(mail_server.mails()) == len(waiting) + len(failed)
	row = breaker()
	assert (row.state, row.failures, row.opened_at, row.task) == ("Closed", 0, None, None)
	(task,) = frappe.get_all("Follow-up Task", {"reason_code": "provider_alert"}, ["status", "outcome"])
	assert task.status == "Done" and "works again" in task.outcome


def test_who_saw_it_closed_too_late_does_not_wait_for_the_next_try(mail_server):
	out_of_order(mail_server)
	booking = visit(make.message())
	(lease,) = claim_due("late", timedelta(minutes=2), 1)
	held = hold(lease)
	seen = breakers.load_breakers()["email"]
	breakers.note_success("email")
	outages.wait_for_provider(held, load_spec(held.run.version).steps[0], seen)
	step = step_of(booking)
	assert (step.state, step.held_for) == ("Planned", None)
	assert from_utc(step.due_at) <= utc_now()


def test_a_success_between_failures_begins_the_count_anew(mail_server):
	limits()
	for mode in ("busy", "busy", "accept", "busy", "busy"):
		mail_server.behave(mode)
		visit(make.message())
		frappe.db.commit()
		pump()
	assert (breaker().state, breaker().failures) == ("Closed", 2)


def test_a_refused_address_is_no_failure_of_the_provider(mail_server):
	limits()
	mail_server.behave("refuse")
	for _ in range(FAILURES + 1):
		visit(make.message())
	work()
	assert not frappe.db.exists("Chain Breaker", "email")


def test_a_window_that_closes_while_the_provider_is_out_is_asked_about_right_then(mail_server):
	with freeze_time(utc_now()) as clock:
		out_of_order(mail_server)
		booking = visit(make.message(useful_minutes=2))
		pump()
		assert step_of(booking).reason_code == "provider_out"
		clock.tick(timedelta(minutes=2, seconds=2))
		pump()
	assert (step_of(booking).state, step_of(booking).reason_code) == ("Human", "step_late")


def test_what_does_not_go_through_the_provider_goes_on(mail_server):
	out_of_order(mail_server)
	booking = visit({"code": "job", "action": "create_job"})
	work()
	assert step_of(booking, "job").state == "Done"


def test_without_a_number_it_never_opens(mail_server):
	limits(failures=0)
	mail_server.behave("busy")
	for _ in range(FAILURES + 1):
		visit(make.message())
	work()
	assert not frappe.db.exists("Chain Breaker", "email")
	assert frappe.db.count("Chain Step Run", {"state": "Retry"}) == FAILURES + 1


def test_an_effect_is_sent_once_however_often_it_waited(mail_server):
	_, (booking, *_others) = out_of_order(mail_server)
	work()
	mail_server.behave("accept")
	frappe.db.set_value("Chain Breaker", "email", "probe_at", to_utc(utc_now()) - timedelta(seconds=1))
	work()
	assert effect_of(step_of(booking)).state == "Sent"
	assert len({mail.message_id for mail in mail_server.mails()}) == len(mail_server.mails()) == FAILURES
