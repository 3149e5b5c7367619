"""What providers report that does not fit, who may report at all, and a provider in a bad mood."""

import json
import time

import frappe
from tests.support.guests import refused
from tests.support.pay import begin, ring, shop, shop_pays, stripe
from tests.support.stripe_server import KEY, signed

from runbook_ops.api import pay_links as api
from runbook_ops.jobs import pay_links as jobs
from runbook_ops.providers import stripe_checkout
from runbook_ops.store.pay_links import pay_token

__all__ = ["ring", "shop", "stripe"]
DEBTORS = "Debtors"
DEPOSITS = "Customer Deposits"


# -- what does not fit


def test_money_for_an_invoice_that_was_paid_otherwise_is_a_persons(shop, ring):
	invoice = shop.invoice()
	link = shop.link_of(invoice)
	session = begin(link)
	shop_pays(shop, invoice, 80)
	shop.stripe.pay(session)
	ring("checkout.session.completed", session)
	ring("checkout.session.completed", session)
	assert shop.tasks(link) == ["pay_no_room"] and len(shop.entries(link)) == 1
	task = frappe.get_last_doc("Follow-up Task", {"reference_name": link.name})
	assert (task.kind, task.priority, task.customer) == (
		"Exception",
		"High",
		shop.customer,
	) and task.allocated_to
	assert "80.00 USD" in task.reason


def test_a_tampered_amount_or_another_currency_is_not_booked(shop, ring):
	for changes, code in (
		({"amount_total": 80}, "pay_wrong_amount"),
		({"currency": "eur"}, "pay_wrong_currency"),
	):
		link = shop.link_of(shop.invoice())
		session = begin(link)
		shop.stripe.pay(session, **changes)
		ring("checkout.session.completed", session)
		assert shop.entries(link) == [] and shop.tasks(link) == [code] and link.reload().status == "Waiting"


def test_the_event_is_not_believed_stripe_is(shop, ring):
	"""A signed event that claims payment, while the session at Stripe is not paid."""
	link = shop.link_of(shop.invoice())
	session = begin(link)
	about = {
		"id": session,
		"payment_status": "paid",
		"status": "complete",
		"amount_total": 8000,
		"currency": "usd",
	}
	event = {"type": "checkout.session.completed", "data": {"object": about}}
	assert ring.deliver(*signed(event))[1] == 200
	assert shop.entries(link) == [] and link.reload().status == "Open"


def test_a_deposit_for_a_visit_that_was_cancelled_meanwhile(shop, ring):
	from runbook_ops.operations.change_booking import cancel_booking

	visit = shop.visit()
	link = shop.link_of(booking=visit.name, amount=25)
	session = begin(link)
	cancel_booking(visit.name, "Ill")
	shop.stripe.pay(session)
	ring("checkout.session.completed", session)
	assert shop.tasks(link) == ["pay_no_room"] and shop.entries(link) == []


def test_books_that_are_closed_leave_it_to_a_person_and_later_it_is_booked(shop, ring):
	link = shop.link_of(shop.invoice())
	session = begin(link)
	shop.stripe.pay(session)
	frappe.db.set_single_value(
		"Accounts Settings", {"acc_frozen_upto": "2099-12-31", "frozen_accounts_modifier": "Auditor"}
	)
	frappe.clear_document_cache("Accounts Settings", "Accounts Settings")
	assert ring("checkout.session.completed", session)[1] == 200
	assert shop.entries(link) == [] and shop.tasks(link) == ["pay_blocked"]
	frappe.db.set_single_value("Accounts Settings", {"acc_frozen_upto": None})
	frappe.clear_document_cache("Accounts Settings", "Accounts Settings")
	jobs.reconcile()
	assert len(shop.entries(link)) == 1 and link.reload().status == "Paid"


def test_refunds_and_disputes_reach_a_person_once(shop, ring):
	link = shop.link_of(shop.invoice())
	session = begin(link)
	shop.stripe.pay(session)
	ring("checkout.session.completed", session)
	shop.stripe.refund(session, 1000)
	for _ in range(2):
		ring("charge.refunded", session)
	assert (link.reload().status, link.refunded, shop.tasks(link)) == ("Paid", 10, ["pay_refunded"])
	shop.stripe.dispute(session)
	shop.stripe.refund(session, 8000)
	ring("charge.refunded", session)
	assert link.reload().status == "Refunded" and shop.tasks(link) == ["pay_refunded", "pay_refunded"]
	assert len(shop.entries(link)) == 1


def test_a_dispute(shop, ring):
	link = shop.link_of(shop.invoice())
	session = begin(link)
	shop.stripe.pay(session)
	shop.stripe.dispute(session)
	ring("charge.dispute.created", session)
	assert link.reload().status == "Disputed" and shop.tasks(link) == ["pay_disputed"]
	assert len(shop.entries(link)) == 1, (
		"the money came, so it is booked, also when the dispute is heard of first"
	)


# -- who calls


def test_unsigned_old_and_changed_events_are_all_refused_alike(shop, ring):
	link = shop.link_of(shop.invoice())
	session = begin(link)
	shop.stripe.pay(session)
	body, headers = shop.stripe.event("checkout.session.completed", session)
	old = shop.stripe.event("checkout.session.completed", session, at=int(time.time()) - 301)
	other = shop.stripe.event("checkout.session.completed", session, secret="whsec_other")
	asked = len(shop.stripe.requests)
	told = [
		ring.deliver(*case)
		for case in [(body + b" ", headers), (body, {}), old, other, (b"", headers), (b"\xff{", headers)]
	]
	assert {status for _, status in told} == {400} and len({json.dumps(answer) for answer, _ in told}) == 1
	assert shop.entries(link) == [] and len(shop.stripe.requests) == asked


def test_events_that_are_not_ours_are_answered_and_left_alone(shop, ring):
	for event in (
		{"type": "customer.created", "data": {"object": {"id": "cus_1"}}},
		{"type": "checkout.session.completed", "data": {"object": {"id": "cs_of_another_account"}}},
		{"type": "charge.refunded", "data": {"object": {"payment_intent": "pi_of_another"}}},
	):
		assert ring.deliver(*signed(event)) == ({"received": True}, 200)


def test_without_a_secret_nothing_is_let_in(shop, ring):
	settings = frappe.get_doc("Runbook Settings")
	settings.stripe_webhook_secret = ""
	settings.save()
	event = {"type": "checkout.session.completed", "data": {"object": {"id": "cs_1"}}}
	assert ring.deliver(*signed(event, secret=""))[1] == 400


def test_links_that_are_forged_or_of_another_purpose_show_nothing(shop):
	link = shop.link_of(shop.invoice())
	from runbook_ops.store.visits import visit_token

	for token in ("x", pay_token(link)[:-5] + "AAAAA", visit_token(link.name, frappe.utils.now_datetime())):
		for method in (api.look, api.begin):
			refused(method, {"token": token}, "link_forged", 403)


# -- Stripe in a bad mood


def test_a_lost_answer_and_a_second_try_are_one_session(shop, monkeypatch):
	monkeypatch.setattr(stripe_checkout, "PAUSE_SECONDS", 0)
	link = shop.link_of(shop.invoice())
	for mood in ("drop", "error_kept", "garbage", "cut", "error", "busy"):
		shop.stripe.moods = [mood]
		if mood == "garbage":
			refused(api.begin, {"token": pay_token(link)}, "pay_provider_silent", 409)
		begin(link)
		frappe.db.set_value("Pay Link", link.name, {"session": None, "session_amount": 0})
	keys = {headers["idempotency-key"] for method, _, headers, _ in shop.stripe.requests if method == "POST"}
	assert len(shop.stripe.requests) == 12 and len(shop.stripe.sessions) == 1 and len(keys) == 1


def test_a_stripe_that_is_down_charges_nothing_and_says_so(shop, monkeypatch):
	from runbook_ops.channels import http

	monkeypatch.setattr(http, "TIMEOUT_SECONDS", 0.2)
	link = shop.link_of(shop.invoice())
	for mode in ("error", "slow"):
		shop.stripe.mode = mode
		error = refused(api.begin, {"token": pay_token(link)}, "pay_provider_silent", 409)
		assert "Nothing was charged" in error["text"] and link.reload().session is None
	shop.stripe.mode = "accept"
	begin(link)
	assert len(shop.stripe.sessions) == 1


def test_a_wrong_key_is_not_shown_to_the_customer(shop):
	link = shop.link_of(shop.invoice())
	shop.stripe.mode = "denied"
	error = refused(api.begin, {"token": pay_token(link)}, "pay_provider_refused", 409)
	assert KEY not in error["text"] and len(shop.stripe.requests) == 1


def test_an_event_that_can_not_be_read_now_is_asked_for_again(shop, ring):
	link = shop.link_of(shop.invoice())
	session = begin(link)
	shop.stripe.pay(session)
	shop.stripe.mode = "error"
	assert ring("checkout.session.completed", session)[1] == 503
	shop.stripe.mode = "accept"
	assert ring("checkout.session.completed", session)[1] == 200 and link.reload().status == "Paid"
