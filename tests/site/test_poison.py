"""A step that kills its workers goes to a person and takes no other with it; a conflict is nobody's death."""

import threading
import time
from datetime import timedelta

import frappe
import pytest
from tests import factories as make
from tests.support.tables import connect_as_root
from tests.support.trail import pump, seconds_from_now, step_of, task_of, visit, work

from runbook_ops.site_time import to_utc, utc_now
from runbook_ops.store.leases import claim_due
from runbook_ops.workflows.engine import MOST_SILENT, work_step
from runbook_ops.workflows.mailing import send_messages

LEASE = timedelta(minutes=2)


def due(*bookings):
	steps = [step_of(booking, "job").name for booking in bookings]
	frappe.db.set_value(
		"Chain Step Run", {"name": ("in", steps)}, "due_at", to_utc(utc_now()) - timedelta(seconds=1)
	)


def die(*leases):
	"""A worker is killed while it has these: they are left to their leases, and these run out."""
	names = [lease.step_run for lease in leases]
	past = to_utc(utc_now()) - timedelta(seconds=1)
	frappe.db.set_value("Chain Step Run", {"name": ("in", names)}, "lease_until", past)


def job():
	return visit({"code": "job", "action": "create_job"})


def test_a_step_that_kills_three_workers_goes_to_a_person_and_its_neighbours_go_on():
	poison, *neighbours = bookings = [job() for _ in range(4)]
	due(*bookings)
	killer = step_of(poison, "job").name
	batch = claim_due("first", LEASE, 10)
	assert len(batch) == 4
	die(*batch)
	deaths = 1
	for _ in range(20):
		claimed = claim_due(f"worker {deaths}", LEASE, 10)
		if not claimed:
			break
		(lease,) = claimed
		if lease.step_run == killer and deaths < MOST_SILENT:
			deaths += 1
			die(lease)
		else:
			work_step(lease, "worker")
	step = step_of(poison, "job")
	assert (step.state, step.reason_code, deaths) == ("Human", "kills_workers", MOST_SILENT)
	assert task_of(step).allocated_to
	assert {step_of(booking, "job").state for booking in neighbours} == {"Done"}


def test_what_was_left_over_is_worked_alone():
	bookings = [job() for _ in range(3)]
	due(*bookings)
	die(*claim_due("first", LEASE, 10))
	fresh = job()
	due(fresh)
	alone = [claim_due("second", LEASE, 10) for _ in range(3)]
	assert [len(batch) for batch in alone] == [1, 1, 1]
	(last,) = claim_due("second", LEASE, 10)
	assert last.step_run == step_of(fresh, "job").name
	assert step_of(fresh, "job").silent == 0


def test_an_end_makes_it_good_again():
	booking = job()
	due(booking)
	die(*claim_due("first", LEASE, 10))
	(lease,) = claim_due("second", LEASE, 10)
	assert step_of(booking, "job").silent == 1
	work_step(lease, "second")
	assert (step_of(booking, "job").state, step_of(booking, "job").silent) == ("Done", 0)


@pytest.fixture
def locked_customers(db):
	"""Somebody has locked the customers whole; gives a function that frees them after so many seconds."""
	frappe.db.sql("set session lock_wait_timeout = 1")
	other = connect_as_root()
	freeing = []

	def lock(seconds):
		with other.cursor() as cursor:
			cursor.execute(f"lock tables `{frappe.conf.db_name}`.`tabCustomer` write")

		def free():
			time.sleep(seconds)
			with other.cursor() as cursor:
				cursor.execute("unlock tables")

		freeing.append(threading.Thread(target=free))
		freeing[0].start()

	yield lock
	for thread in freeing:
		thread.join()
	other.close()
	frappe.db.rollback()
	frappe.db.sql("set session lock_wait_timeout = default")


@pytest.mark.commits
def test_a_conflict_while_a_batch_is_composed_leaves_it_to_be_worked_one_by_one(
	mail_server, locked_customers
):
	bookings = [visit(make.message()) for _ in range(3)]
	frappe.db.commit()
	leases = claim_due("first", LEASE, 10)
	locked_customers(1.5)
	left = send_messages(leases, "first")
	assert {lease.step_run for lease in left} == {lease.step_run for lease in leases} and len(left) == 3
	for lease in left:
		work_step(lease, "first")
	assert {step_of(booking).state for booking in bookings} == {"Done"} and len(mail_server.mails()) == 3


@pytest.mark.commits
def test_a_step_that_meets_nothing_but_conflicts_is_given_back_and_blamed_for_nothing(
	mail_server, locked_customers
):
	booking = visit(make.message())
	frappe.db.commit()
	(lease,) = claim_due("first", LEASE, 10)
	locked_customers(8)
	work_step(lease, "first")
	step = step_of(booking)
	assert (step.state, step.silent, step.attempts, step.lease_owner) == ("Planned", 0, 0, None)
	assert 0 < seconds_from_now(step.due_at) < 11 and step.first_due_at < step.due_at
	time.sleep(3)
	work()
	assert step_of(booking).state == "Done" and pump() == 0
