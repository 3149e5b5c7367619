"""Two schedulers, hosts whose clocks differ, old and new workers together, events twice and out of order: the end is the same."""

import random
import re
import threading
import time
from contextlib import ExitStack

import frappe
import pytest
from tests import factories as make
from tests.faults.processes import Redis, wait_until, workers
from tests.faults.trails import Salon, open_steps, take_account
from tests.support.tiers import tier

from runbook_ops.api.retry import retried
from runbook_ops.core.chains.actions import ACTIONS
from runbook_ops.core.chains.facts import date_text
from runbook_ops.operations import change_booking
from runbook_ops.site_time import from_site

pytestmark = pytest.mark.commits

BOOKINGS = tier(15, 400)


@pytest.fixture
def salon(mail_server):
	frappe.db.set_single_value("Runbook Settings", "lease_seconds", 10)
	return Salon.opened(people=30)


def ended(seconds: float = 120) -> None:
	wait_until(lambda: open_steps() == 0, "every trail to end", tier(seconds, 20 * seconds), pause=0.2)


def test_two_schedulers_do_nothing_twice(salon, mail_server, tmp_path, figures):
	salon.book(BOOKINGS, salon.services[0])
	with workers(2, tmp_path, WORK="sweep"):
		ended()
	account = take_account(mail_server)
	figures(str(account))
	assert account.wrong == []
	assert account.messages.keys() == {"sent"}


def test_hosts_whose_clocks_are_five_minutes_off_double_nothing(salon, mail_server, tmp_path, figures):
	"""All go by the database's clock: none takes a lease that has not run out."""
	mail_server.behave("slow")
	salon.book(BOOKINGS, salon.services[0])
	with ExitStack() as stack:
		for off in ("-300", "0", "300"):
			(folder := tmp_path / off).mkdir()
			stack.enter_context(workers(1, folder, CLOCK_OFF=off, WORK="sweep"))
		ended()
	account = take_account(mail_server)
	figures(str(account))
	assert account.wrong == []
	assert account.messages.keys() == {"sent"}
	assert not frappe.db.exists("Chain Step Run", {"silent": (">", 0)})


def test_old_workers_leave_what_they_do_not_know_to_new_ones(salon, mail_server, tmp_path, figures):
	"""An update is under way: a chain has two actions that the first workers know nothing of, and nobody has to mend anything."""
	unknown = {"prepare_checklist", "check_materials"}
	salon.book(BOOKINGS, salon.services[0])
	(old := tmp_path / "old").mkdir()
	(new := tmp_path / "new").mkdir()
	with workers(1, old, KNOWN_ACTIONS=",".join(set(ACTIONS) - unknown)):
		wait_until(lambda: taken_up() >= BOOKINGS, "the old worker to take them up", 60, pause=0.2)
		assert states() == {"Planned", "Leased", "Waiting"}
		with workers(2, new):
			ended()
	account = take_account(mail_server)
	figures(str(account))
	assert account.wrong == []
	assert not frappe.db.exists("Chain Step Run", {"reason_code": "unknown_step"})
	assert account.messages.keys() == {"sent"}


def taken_up() -> int:
	frappe.db.rollback()
	return frappe.db.count("Chain Step Run", {"fence": (">", 0), "state": "Planned"})


def states() -> set[str]:
	return set(frappe.get_all("Chain Step Run", pluck="state", distinct=True)) | {"Leased"}


@pytest.mark.parametrize("seed", range(tier(2, 40)))
def test_events_twice_and_out_of_order_end_as_in_order(salon, mail_server, isolation, tmp_path, seed):
	"""Each request about a booking arrives twice more, late and shuffled, as clients and proxies send them again."""
	chance = random.Random(seed)
	names = salon.book(6, salon.services[0])
	requests = []
	for number, name in enumerate(names):
		requests.append((change_booking.confirm_booking, name))
		if number % 3 == 0:
			requests.append((change_booking.reschedule_booking, name, from_site(make.day(30 + number))))
		elif number % 3 == 1:
			requests.append((change_booking.cancel_booking, name, "ill"))
	with workers(2, tmp_path):
		for request in requests:
			tell(*request)
		ended()
		clean, mails = end_of_all(), len(list(mail_server.message_ids()))
		again = [*requests, *requests]
		chance.shuffle(again)
		for request in again:
			tell(*request)
		ended()
	assert end_of_all() == clean
	ids = list(mail_server.message_ids())
	assert len(ids) == len(set(ids)) == mails
	assert last_word(mail_server) == clean_word(names)


@retried
def tell(change, *arguments) -> None:
	"""A request: it commits, or it is refused and changes nothing."""
	try:
		change(*arguments)
		frappe.db.commit()
	except frappe.TimestampMismatchError:
		raise
	except frappe.ValidationError:
		frappe.db.rollback()


def end_of_all() -> dict:
	frappe.db.rollback()
	runs = sorted(frappe.get_all("Chain Run", ["booking", "chain", "status"], as_list=True))
	closed = sorted(frappe.get_all("Service Booking", {"status": "Cancelled"}, pluck="name"))
	return {"runs": runs, "cancelled": closed}


def last_word(server) -> dict[str, str]:
	"""Recipient -> the day that the last message to a customer named, or that it was cancelled."""
	found = {}
	for mail in server.mails():
		said = "cancelled" if "ancel" in mail.subject else day_in(mail.body)
		if mail.to.endswith("@customer.example") and said:
			found[mail.to] = said
	return found


def clean_word(names) -> dict[str, str]:
	"""What the last message should have said."""
	rows = frappe.get_all(
		"Service Booking",
		{"name": ("in", names)},
		["customer.email_id as email", "status", "starts_at"],
		order_by="`tabService Booking`.name asc",
	)
	return {
		row.email: "cancelled" if row.status == "Cancelled" else date_text(row.starts_at.date())
		for row in rows
	}


def day_in(text: str) -> str:
	return (re.findall(r"\w+day \d{1,2} \w+ 20\d\d", text) or [""])[0]


def test_redis_is_flushed_stopped_and_killed_while_workers_work(salon, mail_server, tmp_path, figures):
	"""Truth is in the database: steps go on without a cache, without a queue, and with both emptied under them."""
	(tmp_path / "cache").mkdir()
	(tmp_path / "queue").mkdir()
	cache, queue = Redis(tmp_path / "cache").start(), Redis(tmp_path / "queue").start()
	salon.book(BOOKINGS, salon.services[0])
	stop = threading.Event()

	def trouble() -> None:
		number = 0
		while not stop.wait(0.4):
			number += 1
			server = (cache, queue)[number % 2]
			if number % 3 == 0:
				server.flush()
			else:
				server.kill() if number % 3 == 1 else server.end()
				time.sleep(0.3)
				server.start()

	thread = threading.Thread(target=trouble)
	with workers(2, tmp_path, FRAPPE_REDIS_CACHE=cache.url, FRAPPE_REDIS_QUEUE=queue.url):
		thread.start()
		try:
			ended()
		finally:
			stop.set()
			thread.join()
			cache.kill()
			queue.kill()
	account = take_account(mail_server)
	figures(str(account))
	assert account.wrong == []
