"""The public endpoints through the web server: statuses without a traceback, counters that nobody outruns, one booking a hold."""

import http.client
import json
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlsplit

import frappe
import pytest
from tests import factories as make
from tests.faults.claims import Answer, told
from tests.support.guests import one_window

from runbook_ops.api.guests import LIMITS
from runbook_ops.site_time import site_zone

__all__ = ["one_window"]
pytestmark = pytest.mark.commits

API = "/api/method/runbook_ops.api.public."
FORM = {"name": "Dana Frost", "email": "dana@customer.example", "phone": "", "seconds": 40, "website": ""}
TRACES = ("Traceback", 'File \\"', "site-packages", "_server_messages", "exc_type")


class Visitor:
	"""Somebody on the internet, at an address of their own; the web server of the tests stands behind no proxy but trusts loopback."""

	def __init__(self, address: str = "203.0.113.5"):
		self.address = address
		self.server = urlsplit(os.environ["RUNBOOK_WEB"]).netloc

	def send(
		self,
		method: str,
		path: str,
		body: bytes | None = None,
		kind: str = "application/json",
		ours: bool = True,
	) -> Answer:
		"""One request; what our own code answers shows nothing of its inside."""
		connection = http.client.HTTPConnection(self.server, timeout=110)
		headers = {
			"Host": os.environ["RUNBOOK_WEB_HOST"],
			"X-Forwarded-For": self.address,
			"Accept": "application/json",
		}
		try:
			connection.request(
				method, path, body, {**headers, "Content-Type": kind} if body is not None else headers
			)
			response = connection.getresponse()
			text = response.read().decode()
		finally:
			connection.close()
		assert not (ours and [word for word in TRACES if word in text]), text[:500]
		try:
			return Answer(response.status, json.loads(text))
		except ValueError:
			return Answer(response.status, {"text": text})

	def ask(self, name: str, data: object) -> Answer:
		return self.send("POST", API + name, json.dumps({"data": data}).encode())


def together(count: int, what) -> list[Answer]:
	"""`what(number)` from so many threads at the same moment."""
	start = threading.Barrier(count)

	def run(number: int) -> Answer:
		start.wait()
		return what(number)

	with ThreadPoolExecutor(count) as threads:
		return list(threads.map(run, range(count)))


@pytest.fixture
def salon(db):
	"""A service that one person does."""
	settings = frappe.get_doc("Runbook Settings")
	settings.update({"online_booking": "Confirmed", "hold_minutes": 10})
	settings.save()
	skill = make.skill()
	make.person(skills=[skill])
	service = make.bookable_service(
		minutes=30, online=1, needs=[{"kind": "Person", "skill": skill.name}]
	).name
	frappe.db.commit()
	return service


def wish(service, ahead=3, at="10:00"):
	starts_at = make.day(ahead, at).replace(tzinfo=site_zone()).isoformat()
	return {
		"services": [{"service": service}],
		"starts_at": starts_at,
		"key": frappe.generate_hash(length=24),
	}


CASES = [
	("POST", "hold", b'{"data": {}}', "application/json", 400),
	("POST", "hold", b'{"data": "{"}', "application/json", 400),
	("POST", "hold", b"{}", "application/json", 400),
	("POST", "hold", b"[1, 2]", "application/json", 400),
	("POST", "hold", b"data=%7B%22services%22%3A1%7D", "application/x-www-form-urlencoded", 400),
	("POST", "hold", b"data=" + b"x" * 40_000, "application/x-www-form-urlencoded", 413),
	("POST", "book", b'{"data": {"hold": "x", "name": "A", "email": "a@b.example"}}', "application/json", 400),
	("POST", "book", b'{"data": {"hold": "x", "name": "\\ud800", "email": "a@b.example"}}', "application/json", 400),
	("POST", "visit", b'{"data": {"token": "BK-7F3K9QA.kb5.forged"}}', "application/json", 403),
	("POST", "visit", b'{"data": {"token": {"$ne": ""}}}', "application/json", 400),
	("POST", "change_visit", b'{"data": {"token": "BK-7F3K9QA.kb5.forged", "reason": "x"}}', "application/json", 403),
	("POST", "open_days", b'{"data": {"services": [{"service": "Nothing"}], "first": "2026-12-01"}}', "application/json", 404),
	("POST", "open_days", b'{"data": {"services": [{"service": "Nothing"}], "first": "0000-00-00"}}', "application/json", 400),
	("POST", "open_slots", b'{"data": {"services": [], "first": "2026-12-01"}}', "application/json", 400),
	("GET", "catalogue", None, "", 200),
]  # fmt: skip


@pytest.mark.parametrize(("method", "name", "body", "kind", "status"), CASES)
def test_statuses(db, method, name, body, kind, status):
	answer = Visitor(f"203.0.113.{len(body or b'') % 200}").send(method, API + name, body, kind)
	assert answer.status == status, answer.body
	if status >= 400:
		assert answer.body["message"]["error"]["text"]


@pytest.mark.parametrize("name", ["open_days", "open_slots", "hold", "book", "visit", "change_visit"])
def test_what_writes_is_no_get(db, name):
	assert Visitor().send("GET", API + name, ours=False).status == 403


def test_pages_of_forged_links(db):
	for path in ("/visit/x", "/visit/BK-7F3K9QA.kb5.forged", "/visit/%F0%9F%92%87", "/visit/" + "a" * 300):
		answer = Visitor().send("GET", path)
		assert answer.status == 403, path
		assert "does not open a visit" in answer.body["text"]
	for path in (
		"/book",
		"/book?service=%00&person=%F0%9F%92%87&embed=9&accent=red",
		"/book/Nothing",
		"/book?accent=%3C/style%3E",
	):
		assert Visitor().send("GET", path).status == 200, path


def test_sixty_visitors_want_one_time(salon, figures):
	wishes = [wish(salon) for _ in range(60)]
	answers = together(60, lambda n: Visitor(f"203.0.113.{n + 1}").ask("hold", wishes[n]))
	figures(told(answers))
	assert told(answers) == "1 x 200, 59 x 409"
	assert all(answer.body["message"]["error"]["next_open"] for answer in answers if answer.status == 409)


def test_a_form_sent_twenty_times_at_once_books_once(salon, figures):
	held = Visitor().ask("hold", wish(salon)).body["message"]["hold"]
	answers = together(18, lambda n: Visitor(f"203.0.113.{n + 1}").ask("book", {**FORM, "hold": held}))
	figures(told(answers))
	assert told(answers) == "18 x 200"
	assert len({answer.body["message"]["number"] for answer in answers}) == 1
	frappe.db.rollback()
	assert frappe.db.count("Service Booking", {"email": FORM["email"]}) == 1
	assert frappe.db.count("Customer", {"email_id": FORM["email"]}) == 1


def test_the_same_wish_sent_at_once_is_one_hold(salon):
	data = wish(salon)
	answers = together(12, lambda n: Visitor().ask("hold", data))
	assert told(answers) == "12 x 200"
	assert len({answer.body["message"]["hold"] for answer in answers}) == 1


def test_one_address_at_once_holds_no_more_than_its_share(salon, figures):
	starts = [f"{hour:02}:{minute:02}" for hour in range(8, 17) for minute in (0, 30)]
	wishes = [wish(salon, at=at) for at in starts]
	answers = together(18, lambda n: Visitor().ask("hold", wishes[n]))
	figures(told(answers))
	assert told(answers) == "4 x 200, 14 x 429"


def test_the_counter_lets_through_exactly_its_limit(db, one_window, figures):
	limit = LIMITS["hold"].times
	answers = together(limit + 20, lambda n: Visitor("198.51.100.7").ask("hold", {}))
	figures(told(answers))
	assert told(answers) == f"{limit} x 400, 20 x 429"


def test_who_forges_the_header_is_counted_where_the_proxy_saw_them(db, one_window):
	limit = LIMITS["hold"].times
	answers = [Visitor(f"10.9.8.{n}, 198.51.100.9").ask("hold", {}) for n in range(limit + 1)]
	assert [answer.status for answer in answers] == [400] * limit + [429]


def test_two_bookings_of_a_new_person_at_once_make_one_customer(salon):
	holds = [
		Visitor(f"203.0.113.{n + 1}").ask("hold", wish(salon, at=at)).body["message"]["hold"]
		for n, at in enumerate(("10:00", "11:00", "12:00"))
	]
	answers = together(3, lambda n: Visitor(f"203.0.113.{n + 1}").ask("book", {**FORM, "hold": holds[n]}))
	assert told(answers) == "3 x 200", [answer.body for answer in answers]
	frappe.db.rollback()
	assert frappe.db.count("Customer", {"email_id": FORM["email"]}) == 1
