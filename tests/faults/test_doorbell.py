"""From the commit to the mail: the doorbell rings, and whatever happens to it, the sweep comes."""

import time
from datetime import timedelta

import frappe
import pytest
from tests import factories as make
from tests.faults.claims import Client
from tests.faults.processes import Redis, rq_worker, wait_until, web_server, workers
from tests.faults.trails import Salon, open_steps, take_account

from runbook_ops.jobs.pump import sweep
from runbook_ops.site_time import utc_now
from runbook_ops.store.leases import claim_due
from runbook_ops.workflows.engine import work_step
from runbook_ops.workflows.resolve import resolve_task

pytestmark = pytest.mark.commits

BOOK = "/api/method/runbook_ops.api.bookings.book"
LEASE = timedelta(seconds=1)


def wish() -> dict:
	"""A request to book a visit that nothing speaks against."""
	values = {"customer": make.customer().name, "service": make.bookable_service().name}
	values.update({"starts_at": make.day(3), "resource": make.person().name})
	return values


def front_desk() -> str:
	"""The token of a user who may book and little else."""
	return make.api_token(make.user("Runbook Front Desk"))


def step_of(booking) -> frappe._dict:
	"""The only step of a booking's run, as it is stored now."""
	frappe.db.rollback()
	run = frappe.db.get_value("Chain Run", {"booking": booking.name})
	fields = ["name", "run", "state", "reason_code", "fence", "lease_owner"]
	return frappe.db.get_value("Chain Step Run", {"run": run}, fields, as_dict=True)


def states(booking: str) -> dict[str, str]:
	"""The state of each of a booking's steps, as it is stored now."""
	frappe.db.rollback()
	run = frappe.db.get_value("Chain Run", {"booking": booking})
	return dict(frappe.get_all("Chain Step Run", {"run": run}, ["step_code", "state"], as_list=True))


def effect_of(step) -> str:
	frappe.db.rollback()
	return frappe.db.get_value("Chain Effect", {"step_run": step.name}, "state")


def taken_from_another() -> list[frappe._dict]:
	"""Steps that passed to a second worker though the first had not given them back for later."""
	frappe.db.rollback()
	fields = ["step_code", "state", "fence", "attempts", "reason_code", "silent"]
	return frappe.get_all("Chain Step Run", {"fence": (">", 1), "first_due_at": ("is", "not set")}, fields)


@pytest.fixture
def message(mail_server):
	"""A confirmed booking whose run is one message, and which nobody has worked yet."""
	service = make.bookable_service(chain=make.chain([make.message()]).name)
	visit = make.booking(service=service)
	frappe.db.commit()
	return visit


def test_a_worker_sends_the_confirmation_right_after_the_commit(mail_server, tmp_path, figures):
	from frappe.utils.background_jobs import get_workers

	desk, values = Client(front_desk()), wish()
	frappe.db.commit()
	with rq_worker(tmp_path):
		wait_until(get_workers, "the worker to be there")
		answer = desk.post(BOOK, values)
		answered = time.monotonic()
		assert answer.status == 200, answer.body
		mail_server.wait_for(2, seconds=30)
		figures(f"from the answer to both mails: {time.monotonic() - answered:.1f} s")
		wait_until(
			lambda: "Leased" not in states(answer.body["message"]["name"]).values(), "the worker to end"
		)
	found = states(answer.body["message"]["name"])
	done = ("update_customer", "create_job", "assign_job", "notify_technician", "confirmation")
	assert {found[code] for code in done} == {"Done"}
	assert sorted(mail.subject.split(":")[0] for mail in mail_server.mails()) == ["Confirmed", "New job"]


def test_without_the_queue_the_booking_answers_and_the_sweep_works_it(mail_server, tmp_path):
	token, values, queue = front_desk(), wish(), Redis(tmp_path).start()
	frappe.db.commit()
	with web_server(tmp_path, FRAPPE_REDIS_QUEUE=queue.url) as address:
		queue.kill()
		started = time.monotonic()
		answer = Client(token, address).post(BOOK, values)
	assert answer.status == 200, answer.body
	assert time.monotonic() - started < 10
	assert mail_server.mails() == []
	sweep()
	assert len(mail_server.mails()) == 2
	assert states(answer.body["message"]["name"])["confirmation"] == "Done"


def test_a_lost_doorbell_is_swept(message, mail_server):
	from frappe.utils.background_jobs import get_redis_conn

	assert get_redis_conn().keys("rq:job:*")
	get_redis_conn().flushall()
	sweep()
	frappe.db.commit()  # as Frappe does after a job
	assert len(mail_server.mails()) == 1
	assert step_of(message).state == "Done"
	assert frappe.db.get_value("Chain Worker", {}, "heartbeat_at") is not None


def test_pumps_at_once_do_nothing_twice(mail_server, tmp_path, figures):
	salon = Salon.opened()
	salon.confirm(6)
	with workers(3, tmp_path):
		wait_until(lambda: open_steps() == 0, "every trail to end", 180)
	account = take_account(mail_server)
	figures(str(account))
	assert account.wrong == []
	assert not [what for what in account.messages if what.startswith("unknown")]
	assert taken_from_another() == []


def test_who_has_lost_the_lease_does_nothing(message, mail_server):
	(first,) = claim_due("first", timedelta(seconds=0.1), 5)
	time.sleep(0.2)
	(second,) = claim_due("second", LEASE, 5)
	assert (second.step_run, second.fence) == (first.step_run, first.fence + 1)
	work_step(first, "first")
	assert mail_server.mails() == []
	assert (step_of(message).state, step_of(message).lease_owner) == ("Leased", "second")
	work_step(second, "second")
	assert len(mail_server.mails()) == 1
	work_step(first, "first")
	assert len(mail_server.mails()) == 1
	assert step_of(message).state == "Done"


@pytest.fixture
def late_sender(message, mail_server, tmp_path):
	"""A worker that is still sending when its lease has run out, and who has the lease now."""
	frappe.db.set_single_value("Runbook Settings", "lease_seconds", 1)
	frappe.db.commit()
	mail_server.behave("late")
	with workers(1, tmp_path) as crew:
		wait_until(lambda: effect_of(step_of(message)) == "Sending", "the worker to send")
		began = utc_now()
		taken: list = []
		wait_until(lambda: taken or taken.extend(claim_due("second", 60 * LEASE, 5)), "the lease to end")
		assert mail_server.mails() == [] and utc_now() - began < timedelta(seconds=3)
		yield taken[0]
		assert len(crew.pids()) == 1


def test_a_late_sender_has_sent_and_the_next_holder_does_not(late_sender, message, mail_server):
	wait_until(lambda: effect_of(step_of(message)) == "Sent", "the first holder to finish late")
	assert step_of(message).state == "Leased"
	work_step(late_sender, "second")
	assert step_of(message).state == "Done"
	assert len(mail_server.mails()) == 1


def test_a_late_sender_is_believed_when_a_person_says_retry(late_sender, message, mail_server):
	work_step(late_sender, "second")
	step = step_of(message)
	assert (step.state, step.reason_code) == ("Human", "outcome_unknown")
	wait_until(lambda: effect_of(step) == "Sent", "the first holder to finish late")
	resolve_task(frappe.db.get_value("Follow-up Task", {"step_run": step.name, "status": "Open"}), "Retry")
	frappe.db.commit()
	wait_until(lambda: step_of(message).state == "Done", "the worker to take the step again")
	assert len(mail_server.mails()) == 1
