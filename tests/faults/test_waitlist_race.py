"""The waitlist with real commits: two who answer at once, two workers at once, and the link over HTTP."""

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import frappe
import pytest
import requests
from tests import factories as make

from runbook_ops.operations.change_booking import cancel_booking
from runbook_ops.site_time import from_utc
from runbook_ops.store.waitlist import offer_token
from runbook_ops.workflows.waitlist import work_waitlist

pytestmark = pytest.mark.commits

DAY = 4
WORK = """
import os, frappe
frappe.init(site=os.environ["RUNBOOK_SITE"], sites_path=os.environ["RUNBOOK_SITES_PATH"])
frappe.connect()
from runbook_ops.workflows.waitlist import work_waitlist
work_waitlist()
"""


def wait_for(count: int, order: str = "To all"):
	"""So many customers wait for the one place that comes free; gives whose place it is."""
	frappe.db.set_single_value("Runbook Settings", "waitlist_order", order)
	skill = make.skill()
	ann = make.person(skills=[skill])
	service = make.bookable_service(needs=[{"kind": "Person", "skill": skill.name}])
	visit = make.booking(service=service, resources=[ann], starts_at=make.day(DAY))
	day = make.day(DAY).date()
	for _ in range(count):
		make.insert(
			"Waitlist Entry", customer=make.customer().name, service=service.name, first_day=day, last_day=day
		)
	cancel_booking(visit.name, "Ill")
	frappe.db.commit()
	return ann, service


def offers(**filters):
	frappe.db.rollback()
	return frappe.get_all("Waitlist Offer", filters, ["*"], order_by="creation asc, name asc")


def link(offer) -> str:
	return offer_token(offer.name, from_utc(offer.expires_at_utc))


def answer(token: str, wish: str = "take") -> requests.Response:
	address = f"{os.environ['RUNBOOK_WEB']}/api/method/runbook_ops.api.waitlist.answer"
	return requests.post(address, json={"data": {"token": token, "answer": wish}}, timeout=60)


def together(*calls) -> list:
	start = threading.Barrier(len(calls))

	def one(call):
		start.wait()
		return call()

	with ThreadPoolExecutor(len(calls)) as threads:
		return list(threads.map(one, calls))


def bookings_of(service) -> int:
	frappe.db.rollback()
	return frappe.db.count("Service Booking", {"service": service.name, "status": "Confirmed"})


def test_of_eight_who_take_it_at_once_one_has_it(db, figures):
	for number in range(3):
		_ann, service = wait_for(8)
		work_waitlist()
		tokens = [link(offer) for offer in offers(service=service.name)]
		assert len(tokens) == 8
		answers = together(*(lambda token=token: answer(token) for token in tokens))
		told = [reply.json()["message"] for reply in answers]
		assert sorted(reply.status_code for reply in answers) == [200] + [409] * 7, told
		assert sum(one["taken"] for one in told) == 1 and bookings_of(service) == 1
		assert all("still on the waitlist" in one["text"] for one in told if not one["taken"])
		states = [row.status for row in offers(service=service.name)]
		assert sorted(states) == ["Lost"] * 7 + ["Taken"]
		waits = frappe.get_all("Waitlist Entry", {"service": service.name}, pluck="status")
		assert sorted(waits) == ["Booked"] + ["Waiting"] * 7, number
	figures("3 rounds of 8 answers at once: 1 booked each time")


def test_an_offer_and_the_front_desk_at_once(db):
	"""Asked all at once nothing is held: whoever is first has the time, the other is told."""
	ann, service = wait_for(1)
	token = make.api_token(make.user("Runbook Front Desk", "Sales User"))
	whom = make.customer().name
	frappe.db.commit()
	work_waitlist()
	(offer,) = offers(service=service.name)
	book = {"customer": whom, "service": service.name, "starts_at": str(make.day(DAY)), "resource": ann.name}
	address = f"{os.environ['RUNBOOK_WEB']}/api/method/runbook_ops.api.bookings.book"
	mine = link(offer)
	both = together(
		lambda: answer(mine),
		lambda: requests.post(address, json=book, headers={"Authorization": token}, timeout=60),
	)
	assert sorted(reply.status_code for reply in both) == [200, 409], [reply.text for reply in both]
	assert bookings_of(service) == 1


def test_two_answers_of_one_customer_are_one_booking(db):
	_ann, service = wait_for(1, "In order")
	work_waitlist()
	(offer,) = offers(service=service.name)
	mine = link(offer)
	both = together(*[lambda: answer(mine)] * 4)
	assert {reply.status_code for reply in both} == {200}
	assert len({reply.json()["message"]["number"] for reply in both}) == 1 and bookings_of(service) == 1


def test_two_workers_make_one_offer(db):
	_ann, service = wait_for(3, "In order")
	workers = [subprocess.Popen([sys.executable, "-c", WORK]) for _ in range(3)]
	assert [worker.wait(120) for worker in workers] == [0, 0, 0]
	assert [row.status for row in offers(service=service.name)] == ["Open"]


def test_declining_over_http_goes_to_the_next(db):
	_ann, service = wait_for(2, "In order")
	work_waitlist()
	(first,) = offers(service=service.name)
	assert answer(link(first), "decline").status_code == 200
	work_waitlist()
	(second,) = offers(service=service.name, status="Open")
	assert second.entry != first.entry
	assert answer(link(first)).status_code == 409


@pytest.mark.parametrize(
	("token", "wish", "status"),
	[("forged", "take", 403), ("", "take", 400), ("x" * 500, "take", 400), (None, None, 400)],
)
def test_forged_links_open_nothing(db, token, wish, status):
	reply = answer(token, wish)
	assert reply.status_code == status and "Traceback" not in reply.text
	assert reply.json()["message"]["error"]["text"]


def test_an_answer_that_is_none_is_refused(db):
	_ann, service = wait_for(1)
	work_waitlist()
	(offer,) = offers(service=service.name)
	for wish in (None, "steal", {"take": 1}, ["take"], 7):
		reply = answer(link(offer), wish)
		assert reply.status_code == 400, reply.text
	assert bookings_of(service) == 0


def test_a_link_that_is_a_week_old_is_told_so(db):
	_ann, service = wait_for(1)
	work_waitlist()
	(offer,) = offers(service=service.name)
	old = offer_token(offer.name, from_utc(offer.expires_at_utc) - timedelta(days=7))
	assert answer(old).status_code == 410
