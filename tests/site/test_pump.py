"""What a pump does besides working steps: its batches of messages, what another left half done, and the ring at its end."""

from datetime import timedelta

import frappe
from benchmarks.site import counters
from tests import factories as make
from tests.support.trail import effect_of, pump, step_of, visit, work

from runbook_ops.core.chains.spec import EffectClass
from runbook_ops.site_time import to_utc, utc_now
from runbook_ops.store.effects import Effect, begin_if_unchanged, note_sent
from runbook_ops.store.leases import claim_due, look_at
from runbook_ops.workflows import pump as pumping

JOB = "runbook_ops.jobs.pump.work_due_steps"
STATEMENTS_A_MESSAGE = 6


def let_all_be_due():
	"""Make every planned step due, and commit as a request does."""
	a_second_ago = to_utc(utc_now()) - timedelta(seconds=1)
	frappe.db.set_value("Chain Step Run", {"state": "Planned"}, "due_at", a_second_ago)
	frappe.db.commit()


def test_a_batch_of_messages_costs_few_statements_each(mail_server, monkeypatch):
	monkeypatch.setitem(
		frappe.local.conf, "mute_emails", 1
	)  # what reading the mail account costs is not meant
	service = make.bookable_service(chain=make.chain([make.message()]).name)
	bookings = [make.booking(service=service, starts_at=make.day(3 + day)) for day in range(pumping.BATCH)]
	let_all_be_due()
	frappe.get_cached_doc("Runbook Settings")  # nor what reading the settings costs, once for all
	before = counters()["Questions"]
	assert pumping.pump() == pumping.BATCH
	statements = counters()["Questions"] - before
	assert {step_of(booking).state for booking in bookings} == {"Done"}
	assert statements / pumping.BATCH < STATEMENTS_A_MESSAGE


def begin(held, sent=None) -> bool:
	"""Whether the effect of a step that was looked at could be written down."""
	effect = Effect(held.key, held.name, held.run.name, "send_message", EffectClass.LOOK_UP, "Sending")
	try:
		begin_if_unchanged(effect, held, sent)
	except frappe.db.OperationalError:
		frappe.db.rollback()
		return False
	return True


def test_what_was_composed_is_written_down_only_while_nothing_has_changed(mail_server):
	service = make.bookable_service(chain=make.chain([make.message()]).name)
	left, changed, taken = (make.booking(service=service, starts_at=make.day(day)) for day in (3, 4, 5))
	let_all_be_due()
	seen = {held.run.booking: held for held in look_at(claim_due("first", timedelta(minutes=2), 10))[0]}
	changed.reload().update({"email": "new@customer.example"}).save()
	frappe.db.set_value("Chain Step Run", seen[taken.name].name, "fence", 2)
	frappe.db.commit()
	begun = {booking for booking, held in seen.items() if begin(held)}
	assert begun == {left.name}
	assert frappe.db.count("Chain Effect", {"state": "Sending"}) == 1


def test_that_one_was_sent_is_noted_along_with_the_beginning_of_the_next(mail_server):
	service = make.bookable_service(chain=make.chain([make.message()]).name)
	for day in (3, 4, 5):
		make.booking(service=service, starts_at=make.day(day))
	let_all_be_due()
	first, second, third = look_at(claim_due("first", timedelta(minutes=2), 10))[0]
	frappe.db.set_value("Chain Step Run", third.name, "fence", 2)
	frappe.db.commit()
	assert begin(first) and begin(second, note_sent(first.key, "accepted"))
	assert not begin(third, note_sent(second.key, "accepted"))
	states = dict(frappe.get_all("Chain Effect", fields=["name", "state"], order_by="name asc", as_list=True))
	assert states == {first.key: "Sent", second.key: "Sending"}


def test_a_message_that_was_sent_and_not_ended_is_ended_and_shown_once(mail_server):
	booking = visit(make.message())
	work()
	line = {"reference_name": booking.name, "communication_type": "Automated Message"}
	for shown in (0, 1):
		if not shown:
			frappe.db.delete("Communication", line)
		frappe.db.set_value("Chain Step Run", step_of(booking).name, "state", "Planned")
		pump()
		assert step_of(booking).state == "Done" and frappe.db.count("Communication", line) == 1
	assert len(mail_server.mails()) == 1


def test_one_that_fails_does_not_keep_those_before_and_after_it_from_their_end(mail_server):
	first, third = visit(make.message()), visit(make.message())
	frappe.db.set_value("Service Booking", first.name, "email", "zoë@customer.example")
	work()
	assert [step_of(booking).state for booking in (first, third)] == ["Human", "Done"]
	assert effect_of(step_of(first)).state == "Failed" and effect_of(step_of(third)).state == "Sent"


def test_a_pump_without_time_left_rings_for_the_next(mail_server, jobs):
	visit(make.message())
	let_all_be_due()
	jobs.calls.clear()
	assert pumping.pump() == 1 and JOB not in jobs.methods
	visit(make.message())
	let_all_be_due()
	jobs.calls.clear()
	pumping.pump(timedelta(0))
	assert JOB in jobs.methods
