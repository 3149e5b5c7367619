"""kill -9 of the database in the middle of trails: nothing is lost, nothing happens twice, and what nobody can know has an owner."""

import os
import shutil
import tempfile
import time
from pathlib import Path

import frappe
import pytest
from tests.faults.processes import MariaDB, wait_until, workers
from tests.faults.trails import open_salon, open_steps, take_account
from tests.support.tiers import tier

pytestmark = pytest.mark.commits


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
	salon, kills = open_salon(), tier(3, 50)
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
		wait_until(lambda: open_steps() == 0, "every trail to end", 180, pause=0.3)
		assert len(crew.pids()) == 2
	account = take_account(mail_server)
	figures(f"{kills} kills of MariaDB; {salon.booked} bookings, {account}")
	assert account.wrong == []
