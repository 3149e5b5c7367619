"""A deposit that is paid at the very moment at which its time runs out: the booking is confirmed or released, never both, and no money is lost.

`RUNBOOK_ROUNDS`: how many rounds (2, at night 100).
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from threading import Thread

import frappe
import pytest
from tests.faults.test_pay_events_over_http import EVENT, post
from tests.support.deposits import House
from tests.support.guests import good
from tests.support.stripe_server import StripeServer
from tests.support.tiers import tier

from runbook_ops.api import pay_links
from runbook_ops.store.pay_links import pay_token

pytestmark = pytest.mark.commits

ROUNDS = int(os.environ.get("RUNBOOK_ROUNDS", tier("2", "100")))
CONFIRMED, RELEASED = ("Confirmed", "Paid"), ("Cancelled", "Not paid in time")
RELEASE = """
import os, sys, frappe
frappe.init(site=os.environ["RUNBOOK_SITE"], sites_path=os.environ["RUNBOOK_SITES_PATH"])
frappe.connect()
frappe.set_user("Administrator")
from runbook_ops.operations.release_unpaid import release_unpaid
from runbook_ops.site_time import utc_now
from runbook_ops.store.deposit_asks import overdue_deposits
from runbook_ops.workflows.conflicts import through_conflicts

def release(booking):
	for overdue in overdue_deposits(utc_now(), 1, booking):
		release_unpaid(overdue)
	frappe.db.commit()

for line in sys.stdin:
	frappe.db.rollback()
	booking, pause = line.split()
	import time; time.sleep(float(pause))
	through_conflicts(lambda: release(booking))
	print("done", flush=True)
"""


@pytest.fixture
def house(db, isolation):
	frappe.db.delete("Guest Counter")
	frappe.db.set_single_value("Runbook Settings", "online_booking", "Confirmed")
	with StripeServer() as stripe:
		yield House(stripe)


@pytest.fixture
def job():
	"""`job(booking, pause)`: another process releases what is overdue; it has asked the provider before, in vain."""
	process = subprocess.Popen(
		[sys.executable, "-c", RELEASE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
	)

	def release(booking: str, pause: float) -> None:
		process.stdin.write(f"{booking} {pause}\n")
		process.stdin.flush()
		assert process.stdout.readline() == "done\n"

	yield release
	process.stdin.close()
	process.wait(20)


def test_paid_while_its_time_runs_out(house, job, figures):
	chance, ended = random.Random(5), Counter()
	for number in range(ROUNDS):
		_told, visit = house.book(f"guest{number}@customer.example", ahead=3 + number % 20)
		link = house.link(visit)
		frappe.db.commit()
		assert good(pay_links.begin, {"token": pay_token(link)})["url"]
		frappe.db.commit()
		session = link.reload().session
		house.stripe.pay(session)
		house.overdue(visit)
		frappe.db.commit()
		event = (EVENT, *house.stripe.event("checkout.session.completed", session))
		thread = Thread(target=job, args=(visit.name, 0.05 + chance.random() * 0.4))
		thread.start()
		time.sleep(chance.random() * 0.05)
		status = post(*event)
		thread.join()
		if status != 200:
			assert post(*event) == 200
		frappe.db.rollback()
		visit.reload()
		end = (visit.status, visit.deposit_state)
		ended[end[0]] += 1
		assert end in (CONFIRMED, RELEASED)
		assert house.deposits(visit) == [20] and link.reload().status == "Paid"
		assert house.tasks(link) == ([] if end == CONFIRMED else ["deposit_late"])
		assert frappe.db.count("Resource Claim", {"holder": visit.name}) == int(end == CONFIRMED)
		runs = frappe.get_all("Chain Run", {"booking": visit.name}, pluck="chain", order_by="creation asc")
		assert ("booking_cancelled" in runs) is (end == RELEASED)
	figures(f"{ROUNDS} rounds: {dict(ended)}, the money is in the books each time")
