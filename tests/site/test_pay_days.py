"""Transfers, the page's figures, links that are withdrawn or run out, and the daily comparison with the provider."""

from decimal import Decimal

import frappe
import pytest
from tests.support.guests import refused
from tests.support.pay import DETAILS, begin, ring, see, shop, shop_pays, stripe

from runbook_ops.api import pay_links as api
from runbook_ops.errors import PaymentRefused
from runbook_ops.jobs import pay_links as jobs
from runbook_ops.operations.reconcile_payments import reconcile_payments
from runbook_ops.providers import stripe_checkout
from runbook_ops.store.pay_links import pay_token

__all__ = ["ring", "shop", "stripe"]
DEBTORS = "Debtors"
DEPOSITS = "Customer Deposits"


# -- bank transfer


def test_a_transfer_is_noted_by_a_person_in_parts(shop):
	shop.use("bank_transfer")
	invoice = shop.invoice()
	link = shop.link_of(invoice)
	shown = see(link)
	assert (shown["online"], shown["instructions"], shown["number"]) == (False, DETAILS, link.name)
	refused(api.begin, {"token": pay_token(link)}, "pay_by_transfer")
	assert api.received(link.name, amount=30)["status"] == "Open"
	assert see(link)["amount"] == 50
	done = api.received(link.name, reference="E-77")
	assert done["status"] == "Paid"
	assert shop.ledger(*shop.entries(link)) == {shop.clearing: 80, DEBTORS: -80}
	with pytest.raises(PaymentRefused):
		api.received(link.name)


def test_a_transfer_beyond_what_is_owed_is_refused(shop):
	shop.use("bank_transfer")
	link = shop.link_of(shop.invoice())
	with pytest.raises(PaymentRefused, match=r"more than the 80\.00"):
		api.received(link.name, amount=81)
	assert shop.entries(link) == []


# -- the page's figures


def test_what_the_customer_sees(shop):
	tax = {
		"charge_type": "On Net Total",
		"account_head": shop.tax_account(),
		"description": "Tax",
		"rate": 10,
	}
	invoice = shop.invoice(taxes=[tax])
	shop_pays(shop, invoice, 38)
	told = see(shop.link_of(invoice))["invoice"]
	assert [(line["text"], line["amount"]) for line in told["lines"]] == [("Colouring", 60), ("Shampoo", 20)]
	assert [(row["text"], row["amount"]) for row in told["taxes"]] == [("Tax", 8)]
	assert (told["total"], told["paid"], told["outstanding"]) == (88, 38, 50)


# -- withdrawing, running out, the daily comparison


def test_withdrawing_ends_the_session_at_stripe(shop):
	link = shop.link_of(shop.invoice())
	session = begin(link)
	assert api.withdraw(link.name)["status"] == "Cancelled"
	assert shop.stripe.sessions[session]["status"] == "expired"
	refused(api.begin, {"token": pay_token(link)}, "pay_link_over", 410)


def test_a_payment_that_was_made_before_it_could_be_withdrawn_is_booked(shop):
	link = shop.link_of(shop.invoice())
	shop.stripe.pay(begin(link))
	assert api.withdraw(link.name) == {"status": "Paid"}
	assert len(shop.entries(link)) == 1


def test_links_run_out_and_money_that_comes_all_the_same_is_booked(shop, ring):
	link = shop.link_of(shop.invoice())
	session = begin(link)
	frappe.db.set_value("Pay Link", link.name, "valid_until", frappe.utils.add_days(None, -2))
	jobs.expire()
	assert link.reload().status == "Expired" and link.open_key is None
	shop.stripe.pay(session)
	ring("checkout.session.completed", session)
	assert link.reload().status == "Paid" and len(shop.entries(link)) == 1


def test_the_daily_comparison_books_what_was_missed_and_tells_what_differs_once(shop, monkeypatch):
	monkeypatch.setattr(stripe_checkout, "PAGE", 2)
	links = [shop.link_of(shop.invoice()) for _ in range(4)]
	sessions = [begin(link) for link in links]
	for session in sessions:
		shop.stripe.pay(session)
	for link in links[1:4]:
		see(link)
	cancelled, short = (frappe.get_doc("Payment Entry", links[at].reload().payment_entry) for at in (1, 2))
	cancelled.cancel()
	frappe.db.set_value("Payment Entry", short.name, "received_amount", 8)
	shop.stripe.sessions.pop(sessions[3])
	begin(shop.link_of(shop.invoice()))
	found = {one.session: one.reason.code for one in reconcile_payments()}
	assert found == {
		sessions[1]: "pay_entry_cancelled",
		sessions[2]: "pay_amounts_differ",
		sessions[3]: "pay_not_at_provider",
	}
	assert links[0].reload().status == "Paid"
	told = shop.tasks()
	assert told == ["pay_amounts_differ", "pay_entry_cancelled", "pay_found_late", "pay_not_at_provider"]
	jobs.reconcile()
	assert shop.tasks() == told


def test_the_comparison_has_an_end_and_says_when_it_could_not_be_made(shop, monkeypatch):
	monkeypatch.setattr(stripe_checkout, "PAGE", 1)
	monkeypatch.setattr(stripe_checkout, "MOST_PAGES", 2)
	for _ in range(3):
		begin(shop.link_of(shop.invoice()))
	assert reconcile_payments() == () and shop.tasks() == ["pay_too_many"]
	shop.stripe.mode = "denied"
	assert reconcile_payments() == () and shop.tasks() == ["pay_not_compared", "pay_too_many"]


def test_amounts_are_decimal_to_the_cent(shop, ring):
	invoice = shop.invoice(price=20.1 + 0.2)
	link = shop.link_of(invoice)
	session = begin(link)
	assert shop.stripe.sessions[session]["amount_total"] == 2030
	shop.stripe.pay(session)
	ring("checkout.session.completed", session)
	assert shop.ledger(link.reload().payment_entry)[shop.clearing] == Decimal("20.3")
