"""Stripe's events many at once, doubled and out of order, through the web server: what a customer paid is booked once."""

import http.client
import os
import random
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from urllib.parse import urlsplit

import frappe
import pytest
from tests.faults.claims import Client
from tests.support.pay import PayShop, shop_pays
from tests.support.stripe_server import StripeServer
from tests.support.tiers import tier

from runbook_ops.api import pay_links as api
from runbook_ops.store.pay_links import pay_token

pytestmark = pytest.mark.commits

EVENT = "/api/method/runbook_ops.api.pay_links.stripe_event"
BEGIN = "/api/method/runbook_ops.api.pay_links.begin"
LOOK = "/api/method/runbook_ops.api.pay_links.look"
AT_ONCE = 48
ROUNDS = int(os.environ.get("RUNBOOK_ROUNDS", tier("2", "100")))
KINDS = (
	"checkout.session.completed",
	"checkout.session.async_payment_succeeded",
	"checkout.session.async_payment_failed",
	"checkout.session.expired",
	"charge.refunded",
	"charge.dispute.created",
)


@pytest.fixture
def shop(db):
	frappe.db.delete("Guest Counter")
	with StripeServer() as stripe:
		yield PayShop(stripe)


def post(path: str, body: bytes, headers: dict) -> int:
	"""One request on a connection of its own; gives the status."""
	connection = http.client.HTTPConnection(urlsplit(os.environ["RUNBOOK_WEB"]).netloc, timeout=110)
	try:
		connection.request("POST", path, body, {"Host": os.environ["RUNBOOK_WEB_HOST"], **headers})
		return connection.getresponse().status
	finally:
		connection.close()


def post_together(calls: list[tuple[str, bytes, dict]]) -> Counter:
	"""All at the same moment; gives how often each status was answered."""
	start = threading.Barrier(len(calls))

	def send(call) -> int:
		start.wait()
		return post(*call)

	with ThreadPoolExecutor(len(calls)) as threads:
		return Counter(threads.map(send, calls))


def asked(shop, amount: float | None = None):
	"""A link whose customer has opened Stripe's page; for a deposit of this amount, or for an invoice."""
	if amount:
		link = frappe.get_doc("Pay Link", api.make(booking=shop.visit().name, amount=amount)["link"])
	else:
		link = shop.link_of(shop.invoice())
	frappe.db.delete("Guest Counter")
	frappe.db.commit()
	answer = Client("").post(BEGIN, {"data": {"token": pay_token(link)}})
	assert answer.status == 200, answer.body
	frappe.db.rollback()
	return link.reload()


@pytest.mark.parametrize("deposit", [None, 25])
def test_48_events_at_once(shop, figures, deposit):
	chance, started, said = random.Random(7), monotonic(), Counter()
	for _ in range(ROUNDS):
		link = asked(shop, deposit)
		shop.stripe.pay(link.session)
		events = [shop.stripe.event(chance.choice(KINDS), link.session) for _ in range(AT_ONCE // 2)]
		events = [*events, *events[: AT_ONCE // 2]]
		chance.shuffle(events)
		said += post_together([(EVENT, *event) for event in events])
		late = post(EVENT, *shop.stripe.event("checkout.session.completed", link.session))
		assert late == 200
		frappe.db.rollback()
		link.reload()
		booked = {"runbook_payment": link.session, "docstatus": 1}
		assert frappe.get_all("Payment Entry", booked, pluck="name") == [link.payment_entry]
		amount = deposit or 80
		assert shop.ledger(link.payment_entry)[shop.clearing] == amount
		assert (link.status, shop.tasks(link)) == ("Paid", [])
	figures(
		f"{ROUNDS} rounds of {AT_ONCE}: booked once each time, {dict(said)}, {monotonic() - started:.0f} s"
	)
	assert set(said) <= {200, 503}, said


def test_what_was_paid_at_the_desk_is_not_booked_and_one_person_is_asked_once(shop, figures):
	"""The desk has taken the money; then the provider tells of it, and the customer's page asks, all at once."""
	link = asked(shop)
	shop.stripe.pay(link.session)
	shop_pays(shop, frappe.get_doc("Sales Invoice", link.sales_invoice), 80)
	frappe.db.commit()
	event = (EVENT, *shop.stripe.event("checkout.session.completed", link.session))
	look = frappe.as_json({"data": {"token": pay_token(link)}}).encode()
	said = post_together([event] * 12 + [(LOOK, look, {"Content-Type": "application/json"})] * 12)
	figures(f"events and looks: {dict(said)}")
	frappe.db.rollback()
	link.reload()
	assert set(said) == {200} and (link.status, link.payment_entry) == ("Waiting", None)
	assert shop.tasks(link) == ["pay_no_room"]
	assert frappe.db.get_value("Sales Invoice", link.sales_invoice, "outstanding_amount") == 0


def test_a_lost_answer_and_presses_at_once_are_one_payment(shop, figures):
	link = shop.link_of(shop.invoice())
	frappe.db.commit()
	shop.stripe.moods = ["drop", "error_kept", "slow", "cut"]
	press = frappe.as_json({"data": {"token": pay_token(link)}}).encode()
	said = post_together([(BEGIN, press, {"Content-Type": "application/json"})] * 12)
	figures(f"presses: {dict(said)}, sessions at Stripe: {len(shop.stripe.sessions)}")
	assert len(shop.stripe.sessions) == 1 and set(said) <= {200, 409} and said[200] >= 8
	frappe.db.rollback()
	assert link.reload().session == shop.stripe.only()
