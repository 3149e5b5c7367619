"""What moves, cancels and completes a run on a real site, and several at once."""

import threading
import time
from datetime import timedelta

import frappe
import pytest
from tests import factories as make
from tests.faults.processes import wait_until, workers
from tests.support.tables import connect_as_root
from tests.support.trail import (
	asked,
	pump,
	run_of,
	seconds_from_now,
	step_of,
	steps_of,
	task_of,
	visit,
	work,
)

from runbook_ops.core.chains.spec import Event
from runbook_ops.errors import ResolutionRefused
from runbook_ops.operations import change_booking
from runbook_ops.site_time import from_site, from_utc, to_site
from runbook_ops.store.newest import on_newest
from runbook_ops.workflows.resolve import resolve_task
from runbook_ops.workflows.triggers import start_runs

# -- moves, cancellations, no-shows, completions


def test_a_move_leaves_a_run_alone_that_is_over_and_has_nothing_to_put_right(mail_server):
	kept = make.message(anchor="run_start", on_reschedule="keep")
	booking = visit(kept)
	pump()
	assert run_of(booking).status == "Done"
	change_booking.reschedule_booking(booking.name, from_site(make.day(8, "14:00")))
	pump()
	assert (run_of(booking).status, run_of(booking).revision) == ("Done", 0)
	assert len(mail_server.mails()) == 1


def test_an_answer_rings_for_a_worker_at_once(mail_server, jobs):
	_booking, step = asked()
	frappe.db.commit()
	jobs.calls.clear()
	resolve_task(task_of(step).name, "Skip", "No address")
	frappe.db.commit()
	assert jobs.methods.count("runbook_ops.jobs.pump.work_due_steps") == 1


def test_a_move_plans_open_steps_anew_and_tells_the_new_time(mail_server):
	booking = make.booking(starts_at=make.day(5))
	work("update_customer", "move_opportunity", "create_job", "check_materials", "confirmation")
	pump()
	assert sorted(mail.subject.split(":")[0] for mail in mail_server.mails()) == ["Confirmed", "New job"]
	change_booking.reschedule_booking(booking.name, from_site(make.day(8, "14:00")))
	run = run_of(booking)
	old, new = steps_of(booking, 0), steps_of(booking, 1)
	assert run.revision == 1
	moved = {
		"reminder_48_hours",
		"reminder_day_of",
		"prep_checklist",
		"completion",
		"thank_you",
		"review_request",
	}
	moved |= {"rebooking"}
	assert {code for code, step in old.items() if step.state == "Cancelled"} == moved
	assert {step.reason_code for step in old.values() if step.state == "Cancelled"} == {"rescheduled"}
	assert set(new) == moved | {"assign_job", "notify_technician", "confirmation"}
	assert to_site(from_utc(new["reminder_48_hours"].due_at)) == make.day(6, "14:00")
	assert to_site(from_utc(new["reminder_day_of"].due_at)) == make.day(8, "07:30")
	pump()
	subjects = [mail.subject for mail in mail_server.mails()[2:]]
	assert len(subjects) == 2 and all("moved" in subject.lower() for subject in subjects)
	assert len({mail.message_id for mail in mail_server.mails()}) == 4
	assert frappe.db.count("Service Job", {"booking": booking.name}) == 1


def test_a_move_writes_the_steps_in_one_statement(mail_server):
	booking = make.booking(starts_at=make.day(5))
	work("update_customer", "create_job", "confirmation")
	statements = statements_of(
		lambda: change_booking.reschedule_booking(booking.name, from_site(make.day(8, "14:00")))
	)
	on_steps = [text for text in statements if "tabchain step run" in text]
	words = [text.removeprefix(on_newest("")).split()[0] for text in on_steps]
	assert words == ["select", "insert"], "one read and one write"


def statements_of(act) -> list[str]:
	"""The statements that the server has run for us, by its own log."""
	frappe.db.sql("select connection_id()")
	mark = frappe.generate_hash(length=12)
	connection = connect_as_root()
	with connection.cursor() as cursor:
		cursor.execute("set global log_output = 'TABLE'")
		cursor.execute("set global general_log = 1")
		try:
			frappe.db.sql(f"select '{mark}'")
			act()
		finally:
			cursor.execute("set global general_log = 0")
		cursor.execute(
			"select argument from mysql.general_log where thread_id = %s order by event_time",
			(frappe.db.sql("select connection_id()")[0][0],),
		)
		texts = [row[0].decode() if isinstance(row[0], bytes) else row[0] for row in cursor.fetchall()]
		cursor.execute("truncate mysql.general_log")
	connection.close()
	start = next(number for number, text in enumerate(texts) if mark in text)
	return [" ".join(text.replace("`", "").lower().split()) for text in texts[start + 1 :]]


def test_a_move_takes_back_what_people_were_asked(mail_server):
	booking, step = asked(starts_at=make.day(5))
	task = task_of(step)
	change_booking.reschedule_booking(booking.name, from_site(make.day(6)))
	task.reload()
	assert task.status == "Dismissed" and task.outcome
	assert steps_of(booking, 0)["message"].state == "Cancelled"
	assert steps_of(booking, 1)["message"].state == "Planned"
	with pytest.raises(ResolutionRefused):
		resolve_task(task.name, "Retry")


def test_cancelling_ends_the_run_and_tells_both_sides(mail_server):
	booking = make.booking(starts_at=make.day(5))
	run = run_of(booking)
	work("confirmation")
	change_booking.cancel_booking(booking.name, "moved away")
	states = {row.step_code: row for row in frappe.get_all("Chain Step Run", {"run": run.name}, ["*"])}
	assert states.pop("confirmation").state == "Done"
	assert {step.state for step in states.values()} == {"Done", "Skipped", "Cancelled"}
	cancelled = [step for step in states.values() if step.state == "Cancelled"]
	assert len(cancelled) == 7 and {step.reason_code for step in cancelled} == {"booking_cancelled"}
	assert run.reload().status == "Cancelled"
	pump()
	subjects = [mail.subject.split(":")[0] for mail in mail_server.mails()]
	assert sorted(subjects) == ["Cancelled", "Cancelled", "Confirmed", "New job"]
	assert run_of(booking, "booking_cancelled").status == "Done"


def test_a_no_show_ends_the_run_and_is_followed_up(mail_server):
	desk = make.user("Runbook Front Desk")
	booking = make.booking(starts_at=make.day(5))
	run = run_of(booking)
	change_booking.mark_no_show(booking.name)
	assert run.reload().status == "Cancelled"
	work("fee", "follow_up")
	work("message")
	follow_up = frappe.get_last_doc("Follow-up Task", {"booking": booking.name})
	assert (follow_up.kind, follow_up.allocated_to, follow_up.status) == ("Follow-up", desk.name, "Open")
	assert [mail.subject for mail in mail_server.mails()] == ["We missed you today"]


def complete_by_booking(booking):
	change_booking.complete_booking(booking.name)


def complete_by_job(booking):
	job = frappe.get_doc("Service Job", frappe.db.get_value("Service Booking", booking.name, "job"))
	job.status = "Completed"
	job.save()


@pytest.mark.parametrize("complete", [complete_by_booking, complete_by_job])
def test_completion_lets_the_thanks_the_review_and_the_rebooking_go(mail_server, complete):
	frappe.db.set_single_value("Runbook Settings", "review_link", "https://reviews.example/us")
	booking = make.booking(service=make.bookable_service(rebook_after_days=42))
	pump()
	later = ("thank_you", "review_request", "rebooking")
	assert {step_of(booking, code).state for code in later} == {"Waiting"}
	complete(booking)
	assert seconds_from_now(step_of(booking, "completion").due_at) <= 0
	pump()
	booking.reload()
	done = from_site(booking.completed_at)
	found = steps_of(booking)
	assert found["completion"].state == "Done" and {found[code].state for code in later} == {"Planned"}
	assert abs(from_utc(found["thank_you"].due_at) - done - timedelta(hours=2)) < timedelta(seconds=2)
	tomorrow = to_site(done).date() + timedelta(days=1)
	assert str(to_site(from_utc(found["review_request"].due_at))) == f"{tomorrow} 10:00:00"
	assert str(to_site(from_utc(found["rebooking"].due_at))) == f"{tomorrow} 09:00:00"
	work(*later)
	assert {step_of(booking, code).state for code in later} == {"Done"}
	assert [mail.subject for mail in mail_server.mails()[2:]] == [
		f"Thank you, {booking.customer_name.split()[0]}",
		f"How was your {booking.service}?",
	]
	assert frappe.db.get_value("Customer", booking.customer, "runbook_visits") == 1


def test_completion_answers_the_question_why_the_job_is_not_done(mail_server):
	booking = make.booking()
	pump()
	work("completion")
	step = step_of(booking, "completion")
	assert step.reason_code == "job_not_completed"
	task = task_of(step)
	change_booking.complete_booking(booking.name)
	assert task.reload().status == "Dismissed"
	pump()
	assert step_of(booking, "completion").state == "Done"


def test_the_same_event_twice_starts_one_run(mail_server):
	booking = make.booking()
	assert start_runs(Event.BOOKING_CONFIRMED, booking) == ()
	assert frappe.db.count("Chain Run", {"booking": booking.name}) == 1


# -- several at once, committed for real


@pytest.mark.commits
def test_the_same_event_twice_at_once_starts_one_run(mail_server):
	"""The second one's transaction began before the first one's run was there, so it cannot see it."""
	booking = make.booking(status="Requested")
	frappe.db.commit()
	frappe.get_all("Chain Run")
	other = connect_as_root()
	with other.cursor() as cursor:
		key = f"booking_confirmed|Service Booking|{booking.name}||service_visit"
		cursor.execute(
			f"insert into `{frappe.conf.db_name}`.`tabChain Run` (name, run_key) values ('other', %s)", (key,)
		)
	other.close()
	assert start_runs(Event.BOOKING_CONFIRMED, booking) == ()


@pytest.mark.commits
def test_a_deadlock_is_tried_again(mail_server):
	"""Somebody has the customer's record and wants the booking's, while the step has the booking's and wants the customer's."""
	booking = visit({"code": "update", "action": "update_customer"})
	frappe.db.commit()
	site, before = frappe.conf.db_name, deadlocks()
	other = connect_as_root()
	other.autocommit(False)
	with other.cursor() as cursor:
		for table in ("Customer", "Item", "User", "DocField"):  # the heavier transaction is not the victim
			cursor.execute(f"update `{site}`.`tab{table}` set idx = idx + 1")

		def want_the_booking():
			time.sleep(1)
			cursor.execute(
				f"select name from `{site}`.`tabService Booking` where name = %s for update", (booking.name,)
			)
			other.rollback()

		waiting = threading.Thread(target=want_the_booking)
		waiting.start()
		pump()
		waiting.join()
	other.close()
	step = step_of(booking, "update")
	assert deadlocks() == before + 1
	assert (step.state, step.attempts, step.fence) == ("Done", 0, 1)
	assert frappe.db.count("Chain Effect", {"step_run": step.name}) == 1


def deadlocks() -> int:
	connection = connect_as_root()
	with connection.cursor() as cursor:
		cursor.execute("show global status like 'Innodb_deadlocks'")
		count = int(cursor.fetchone()[1])
	connection.close()
	return count


@pytest.mark.commits
def test_two_predecessors_that_end_at_once_let_their_successor_go(mail_server, tmp_path):
	"""One ends in a worker after the other's request has begun: the request's old snapshot must not decide."""
	last = {"code": "last", "action": "create_job", "after": ["asks", "works"]}
	booking = visit(
		make.message("asks", settings={"to": "customer", "subject": "{{ address }}", "body": "x"}),
		{"code": "works", "action": "update_customer", "anchor": "booking_start"},
		last,
	)
	frappe.db.commit()
	pump()
	task = task_of(step_of(booking, "asks"))
	frappe.db.rollback()
	assert step_of(booking, "works").state == "Planned"  # here the request's snapshot is taken
	other = connect_as_root()
	with other.cursor() as cursor, workers(1, tmp_path):
		where = f"`{frappe.conf.db_name}`.`tabChain Step Run` where name = %s"
		name = step_of(booking, "works").name
		cursor.execute(f"update {where.replace(' where', ' set due_at = utc_timestamp() where')}", (name,))

		def has_ended():
			cursor.execute(f"select state from {where}", (name,))
			return cursor.fetchone()[0] == "Done"

		wait_until(has_ended, "the worker to end its step")
	other.close()
	assert step_of(booking, "works").state == "Planned"
	resolve_task(task.name, "Done by hand")
	frappe.db.commit()
	assert step_of(booking, "last").state == "Planned"


@pytest.mark.commits
def test_a_move_does_not_plan_again_what_a_worker_has_done_meanwhile(mail_server, tmp_path):
	"""The request's snapshot still shows the follow-up as open; it must not be made twice."""
	call = {"code": "call", "action": "create_follow_up", "settings": {"subject": "Call {{ customer_name }}"}}
	booking = visit(call, {"code": "later", "action": "create_job", "anchor": "booking_start"})
	frappe.db.commit()
	assert step_of(booking, "call").state == "Planned"  # here the request's snapshot is taken
	site, other = frappe.conf.db_name, connect_as_root()
	with other.cursor() as cursor, workers(1, tmp_path):

		def has_ended():
			cursor.execute(f"select state from `{site}`.`tabChain Step Run` where step_code = 'call'")
			return cursor.fetchone()[0] == "Done"

		wait_until(has_ended, "the worker to make it")
	other.close()
	change_booking.reschedule_booking(booking.name, from_site(make.day(6)))
	frappe.db.commit()
	pump()
	assert frappe.db.count("Follow-up Task", {"booking": booking.name}) == 1


def test_an_early_completion_leaves_no_reminder_of_a_visit_that_is_over(mail_server):
	booking = make.booking(starts_at=make.day(5))
	pump()
	change_booking.complete_booking(booking.name)
	found = steps_of(booking)
	for code in ("reminder_48_hours", "reminder_day_of", "prep_checklist"):
		assert (found[code].state, found[code].reason_code) == ("Cancelled", "visit_over")
	pump()
	assert step_of(booking, "completion").state == "Done"
