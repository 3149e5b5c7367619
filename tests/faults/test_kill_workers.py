"""kill -9 of workers and of the database in the middle of trails: nothing is lost, nothing happens twice, and what nobody can know has an owner."""

import os
import random
import shutil
import tempfile
import time
from pathlib import Path

import frappe
import pytest
from tests.faults.processes import MariaDB, wait_until, workers
from tests.faults.trails import Salon, open_steps, take_account

pytestmark = pytest.mark.commits

KILLS = 50
WORKERS = 3
LEASE_SECONDS = 2
BACKLOG = 120
"""As long as fewer steps wait than this, more bookings are confirmed: every kill meets work under way."""


@pytest.fixture
def salon(mail_server):
	"""A salon whose steps are leased for two seconds only."""
	return open_salon()


def open_salon() -> Salon:
	frappe.db.set_single_value("Runbook Settings", "lease_seconds", LEASE_SECONDS)
	return Salon.opened()


def test_fifty_kills_lose_nothing_and_double_nothing(salon, mail_server, tmp_path, figures):
	chance = random.Random(20)
	mail_server.behave("slow")
	in_the_middle = 0
	started = time.monotonic()
	with workers(WORKERS, tmp_path) as crew:
		for _ in range(KILLS):
			if open_steps() < BACKLOG:
				salon.confirm(4)
			time.sleep(chance.uniform(0.1, 0.4))
			in_the_middle += leased_by(crew.kill_one(chance)) > 0
		under_attack = time.monotonic() - started
		mail_server.behave("accept")
		wait_until(lambda: open_steps() == 0, "every trail to end", 90, pause=0.3)
	account = take_account(mail_server.mails())
	figures(
		f"{KILLS} kills in {under_attack:.0f} s, {in_the_middle} of them while holding steps; {salon.booked} bookings, "
		f"{account}; drained after {time.monotonic() - started:.0f} s"
	)
	assert account.wrong == []
	assert in_the_middle >= KILLS / 2
	assert account.messages["sent"] > KILLS / 2
	assert len(account.messages) > 1, "no kill has struck while sending"


def leased_by(pid: int) -> int:
	"""How many steps a worker holds, or held when it was killed."""
	frappe.db.rollback()
	return frappe.db.count("Chain Step Run", {"state": "Leased", "lease_owner": ("like", f"%-{pid}")})


@pytest.fixture
def database(mail_server):
	"""A database server of the test's own, beside the harness's, which this process works on too."""
	folder = Path(tempfile.mkdtemp(dir=Path(os.environ["RUNBOOK_DB_SOCKET"]).parent))
	server = MariaDB(folder)
	before = {name: frappe.local.conf.get(name) for name in ("db_host", "db_port", "db_socket")}
	try:
		server.make(frappe.local.conf.db_name)
		connect(db_host="127.0.0.1", db_port=server.port, db_socket=str(server.socket))
		yield server
	finally:
		connect(**before)
		server.kill()
		shutil.rmtree(folder, ignore_errors=True)


def connect(**place) -> None:
	"""Work on another server, or on the same one again after it was away."""
	frappe.db.close()
	frappe.local.conf.update(place)
	frappe.connect()


def test_the_database_is_killed_while_workers_work(database, mail_server, tmp_path, figures):
	salon, kills = open_salon(), 3
	mail_server.behave("slow")
	salon.confirm(6)
	with workers(2, tmp_path, **database.variables) as crew:
		for _ in range(kills):
			time.sleep(1.5)
			at_work = open_steps()
			database.kill()
			assert at_work
			time.sleep(0.3)
			database.start()
			connect()
			salon.confirm(1)
		mail_server.behave("accept")
		wait_until(lambda: open_steps() == 0, "every trail to end", 90, pause=0.3)
		assert len(crew.pids()) == 2
	account = take_account(mail_server.mails())
	figures(f"{kills} kills of MariaDB; {salon.booked} bookings, {account}")
	assert account.wrong == []
