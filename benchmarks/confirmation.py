"""How long after a booking's commit has the mail server its confirmation?

A real worker (`bench worker` on all queues), a real mail server on loopback, the shipped chain, and 50 bookings a minute for three
minutes, each committed on its own and rung for as a request does it. Timed: from the commit to the moment at which the mail
server has the customer's confirmation on its disk; the workers are idle but for these bookings. `confirmation`: the median;
`confirmation_p95`: what 95 of 100 are quicker than. A confirmation that has not come after a minute fails the question.
"""

import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

import frappe
from tests import factories as make
from tests.faults.processes import rq_worker, wait_until
from tests.faults.smtp_server import MailServer

from benchmarks.report import Row, progress
from runbook_ops.operations.change_booking import book_visit

MEDIAN, P95 = 2.0, 5.0
A_MINUTE = 50
MINUTES = 3
PATIENCE = 60


def measure(quick: bool) -> list[Row]:
	"""Both rows."""
	count = 3 if quick else A_MINUTE * MINUTES
	visits = [_wish(number) for number in range(count)]
	frappe.db.commit()
	with tempfile.TemporaryDirectory() as folder, _workers(Path(folder)) as server:
		committed = _book(visits, count)
		server.wait_for(count, PATIENCE)
		waits = sorted(_waits(server, committed))
	detail = f"{count} bookings, {A_MINUTE} a minute; {waits[0]:.2f} to {waits[-1]:.2f} s"
	return [
		Row("confirmation", waits[len(waits) // 2], MEDIAN, "s", detail),
		Row("confirmation_p95", waits[min(len(waits) - 1, int(len(waits) * 0.95))], P95, "s"),
	]


@contextmanager
def _workers(folder: Path):
	"""A mail server that the site sends through, and a worker that is there."""
	from frappe.utils.background_jobs import get_workers

	muted = frappe.local.conf.pop("mute_emails", None)
	with MailServer.started(folder / "mail") as server:
		_send_through(server.port)
		frappe.db.commit()
		with rq_worker(folder):
			wait_until(get_workers, "the worker to be there")
			try:
				yield server
			finally:
				frappe.local.conf["mute_emails"] = muted


def _send_through(port: int) -> None:
	"""Have the site's outgoing account send to this port; one without a login is made when there is none."""
	known = frappe.db.get_value("Email Account", {"default_outgoing": 1})
	if known:
		frappe.db.set_value("Email Account", known, "smtp_port", port)
		return
	make.insert(
		"Email Account",
		email_account_name="Benchmarks",
		email_id="studio@runbook.example",
		enable_outgoing=1,
		default_outgoing=1,
		no_smtp_authentication=1,
		smtp_server="127.0.0.1",
		smtp_port=port,
	)


def _wish(number: int) -> dict:
	"""A visit of a customer of its own; the technicians have no address, so that each booking is one mail at first."""
	person = make.person(email=None)
	return {
		"service": make.bookable_service().name,
		"customer": make.customer(email=f"bench-{number}@customer.example").name,
		"starts_at": make.day(10),
		"resources": [{"resource": person.name}],
	}


def _book(visits: list[dict], count: int) -> dict[str, float]:
	"""Book them at their pace; gives when each was committed, by the customer's address."""
	committed = {}
	began = time.time()
	for number, values in enumerate(visits):
		time.sleep(max(0.0, began + number * 60 / A_MINUTE - time.time()))
		book_visit(values, confirm=True)
		moment = time.time()
		frappe.db.commit()
		committed[f"bench-{number}@customer.example"] = moment
		if number % A_MINUTE == 0:
			progress(f"confirmation: booking {number + 1} of {count}")
	return committed


def _waits(server: MailServer, committed: dict[str, float]) -> list[float]:
	first: dict[str, float] = {}
	for mail in server.mails():
		first.setdefault(mail.to, mail.received)
	missing = committed.keys() - first.keys()
	if missing:
		raise AssertionError(f"{len(missing)} confirmations have not come")
	return [first[to] - moment for to, moment in committed.items()]
