"""Pay links on the site: made, mailed, and paid at a Stripe on loopback: booked once, to the cent."""

import frappe
import pytest
from tests import factories as make
from tests.support.guests import good, refused
from tests.support.pay import begin, ring, see, shop, shop_pays, stripe
from tests.support.stripe_server import KEY

from runbook_ops.api import pay_links as api
from runbook_ops.errors import InputRefused, PaymentRefused
from runbook_ops.store.pay_links import pay_token

__all__ = ["ring", "shop", "stripe"]
DEBTORS = "Debtors"
DEPOSITS = "Customer Deposits"


# -- making a link


def test_an_invoice_has_one_link_at_a_time_and_the_mail_carries_it(shop):
	invoice = shop.invoice()
	made = api.make(invoice=invoice.name)
	link = frappe.get_doc("Pay Link", made["link"])
	assert (link.kind, link.status, link.amount, link.currency) == ("Invoice", "Open", 80, "USD")
	assert made["url"] in made["message"] and invoice.name in made["subject"]
	assert made["recipients"] == frappe.db.get_value("Customer", shop.customer, "email_id")
	assert shop.link_of(invoice, amount="30").name == link.name
	assert link.reload().amount == 30


def test_the_mail(shop):
	invoice = shop.invoice()
	link = shop.link_of(invoice)
	own = frappe.db.get_value("Customer", shop.customer, "email_id")
	assert api.send(link.name) == {"sent_to": own}
	sent = frappe.get_last_doc("Communication", {"reference_name": invoice.name})
	assert (sent.recipients, sent.sent_or_received) == (own, "Sent") and pay_token(link) in sent.content
	queued = frappe.get_last_doc("Email Queue", {"communication": sent.name})
	assert pay_token(link) in queued.message.replace("=\n", "").replace("=\r\n", "")
	frappe.db.set_value("Customer", shop.customer, "email_id", None)
	with pytest.raises(PaymentRefused, match="no e-mail address"):
		api.send(link.name)


def test_amounts_that_can_not_be_asked(shop):
	invoice = shop.invoice()
	for amount in ("80.01", "0", "1.005"):
		with pytest.raises(PaymentRefused):
			api.make(invoice=invoice.name, amount=amount)
	for amount in ("-1", "NaN", "x"):
		with pytest.raises(InputRefused, match=f"amount: {amount} is not an amount"):
			api.make(invoice=invoice.name, amount=amount)


def test_what_can_not_be_paid_has_no_link(shop):
	draft = frappe.copy_doc(shop.invoice())
	draft.docstatus = 0
	draft.insert()
	with pytest.raises(PaymentRefused, match="no submitted invoice"):
		api.make(invoice=draft.name)
	visit = shop.visit(status="Requested")
	with pytest.raises(PaymentRefused, match="still ahead"):
		api.make(booking=visit.name, amount=20)


def test_nobody_is_asked_before_the_money_could_be_booked(shop):
	invoice = shop.invoice()
	frappe.db.set_single_value("Runbook Settings", "stripe_mode", None)
	frappe.clear_document_cache("Runbook Settings", "Runbook Settings")
	with pytest.raises(PaymentRefused, match="mode of payment for stripe_checkout is missing"):
		api.make(invoice=invoice.name)


def test_who_may_not_see_invoices_makes_no_link(shop):
	invoice = shop.invoice()
	link = shop.link_of(invoice)
	frappe.set_user(make.user("Runbook Technician").name)
	for call in (
		lambda: api.make(invoice=invoice.name),
		lambda: api.received(link.name),
		lambda: api.withdraw(link.name),
	):
		with pytest.raises(frappe.PermissionError):
			call()


def test_links_are_not_edited_by_hand(shop):
	link = shop.link_of(shop.invoice())
	link.amount = 1
	with pytest.raises(PaymentRefused):
		link.save()
	with pytest.raises(PaymentRefused):
		link.delete()


# -- paying by Stripe


def test_a_paid_session_is_booked_on_its_invoice(shop, ring):
	invoice = shop.invoice()
	link = shop.link_of(invoice)
	session = begin(link)
	_method, path, headers, body = shop.stripe.requests[-1]
	assert path == "/v1/checkout/sessions" and headers["authorization"] == f"Bearer {KEY}"
	assert headers["idempotency-key"].startswith(link.idempotency_key)
	assert shop.stripe.sessions[session]["metadata"] == {"pay_link": link.name, "site": frappe.local.site}
	assert shop.stripe.sessions[session]["amount_total"] == 8000 and "success_url" in body
	shop.stripe.pay(session)
	assert ring("checkout.session.completed", session) == ({"received": True}, 200)
	link.reload()
	assert (link.status, link.payment_number) == ("Paid", "pi_" + session.removeprefix("cs_"))
	assert shop.ledger(link.payment_entry) == {shop.clearing: 80, DEBTORS: -80}
	assert frappe.db.get_value("Sales Invoice", invoice.name, ["status", "outstanding_amount"]) == ("Paid", 0)
	entry = frappe.get_doc("Payment Entry", link.payment_entry)
	assert [(row.reference_name, row.allocated_amount) for row in entry.references] == [(invoice.name, 80)]
	assert (entry.runbook_payment, entry.reference_no) == (session, link.payment_number)
	assert frappe.session.user == "Administrator" and see(link)["settled"]


def test_a_deposit_is_held_for_its_booking(shop, ring):
	visit = shop.visit()
	link = shop.link_of(booking=visit.name, amount=25)
	session = begin(link)
	shop.stripe.pay(session)
	ring("checkout.session.completed", session)
	entry = link.reload().payment_entry
	assert shop.ledger(entry) == {shop.clearing: 25, DEPOSITS: -25}
	row = frappe.db.get_value(
		"Payment Entry", entry, ["runbook_booking", "runbook_payment", "unallocated_amount"]
	)
	assert row == (visit.name, session, 25)
	assert shop.link_of(booking=visit.name, amount=10).name != link.name


def test_events_twice_and_out_of_order_book_once(shop, ring):
	link = shop.link_of(shop.invoice())
	session = begin(link)
	shop.stripe.pay(session)
	kinds = [
		"checkout.session.async_payment_failed",
		"checkout.session.expired",
		"checkout.session.completed",
	]
	for kind in [*kinds, *kinds, "checkout.session.async_payment_succeeded"]:
		assert ring(kind, session)[1] == 200
	assert len(shop.entries(link)) == 1 and link.reload().status == "Paid" and shop.tasks(link) == []


def test_a_slow_bank(shop, ring):
	invoice = shop.invoice()
	link = shop.link_of(invoice)
	session = begin(link)
	shop.stripe.pay(session, paid=False)
	ring("checkout.session.completed", session)
	shown = see(link)
	assert (shown["status"], shown["amount"]) == ("Waiting", 0) and "waiting for your bank" in shown[
		"why_not"
	]
	refused(api.begin, {"token": pay_token(link)}, "pay_link_waiting", 409)
	with pytest.raises(PaymentRefused, match="on its way"):
		api.make(invoice=invoice.name)
	shop.stripe.pay(session)
	ring("checkout.session.async_payment_succeeded", session)
	assert link.reload().status == "Paid" and len(shop.entries(link)) == 1


def test_a_bank_that_refuses_and_a_second_try(shop, ring):
	link = shop.link_of(shop.invoice())
	first = begin(link)
	shop.stripe.pay(first, paid=False)
	ring("checkout.session.completed", first)
	shop.stripe.fail(first)
	ring("checkout.session.async_payment_failed", first)
	ring("checkout.session.async_payment_failed", first)
	assert link.reload().status == "Failed" and shop.tasks(link) == ["pay_failed"]
	second = begin(link)
	assert second != first and link.status == "Open"
	shop.stripe.pay(second)
	ring("checkout.session.completed", second)
	ring("checkout.session.async_payment_failed", first)
	assert link.reload().status == "Paid" and len(shop.entries(link)) == 1


def test_a_session_that_ran_out_is_followed_by_another(shop, ring):
	link = shop.link_of(shop.invoice())
	first = begin(link)
	shop.stripe.expire(first)
	ring("checkout.session.expired", first)
	assert link.reload().session is None and link.status == "Open"
	assert begin(link) != first


def test_a_press_after_the_session_ran_out_unheard(shop):
	link = shop.link_of(shop.invoice())
	first = begin(link)
	shop.stripe.expire(first)
	token = {"token": pay_token(link)}
	assert good(api.begin, token)["url"] is None
	assert good(api.begin, token)["url"]
	assert link.reload().session not in (None, first)


def test_the_same_press_gives_the_same_session(shop):
	link = shop.link_of(shop.invoice())
	assert begin(link) == begin(link) and len(shop.stripe.sessions) == 1


def test_what_was_paid_at_the_desk_meanwhile_is_not_asked_again(shop, ring):
	invoice = shop.invoice()
	link = shop.link_of(invoice)
	first = begin(link)
	shop.use("bank_transfer")
	part = frappe.get_doc("Payment Entry", shop_pays(shop, invoice, 50))
	assert part.docstatus == 1
	token = {"token": pay_token(link)}
	assert good(api.begin, token)["url"] is None
	assert shop.stripe.sessions[first]["status"] == "expired"
	assert good(api.begin, token)["url"]
	assert shop.stripe.sessions[link.reload().session]["amount_total"] == 3000
