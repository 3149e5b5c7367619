"""Pay links of invoices in other currencies: asked and paid in their own, booked once, at the rate of the day."""

import frappe
import pytest
from tests.support.currencies import GAIN, Abroad
from tests.support.pay import DETAILS, begin, ring, see, set_settings, shop, stripe

from runbook_ops.api import pay_links as api
from runbook_ops.errors import PaymentRefused
from runbook_ops.operations.reconcile_payments import reconcile_payments

__all__ = ["ring", "shop", "stripe"]


@pytest.fixture
def abroad(shop):
	books = Abroad()
	shop.keep_secrets()
	return books


def link_of(invoice, **values):
	return frappe.get_doc("Pay Link", api.make(invoice=invoice.name, **values)["link"])


def pays(shop, ring, link) -> str:
	"""The customer pays, Stripe tells it twice; gives the one entry."""
	session = begin(link)
	shop.stripe.pay(session)
	ring("checkout.session.completed", session)
	ring("checkout.session.completed", session)
	(entry,) = shop.entries(link)
	assert link.reload().status == "Paid" and link.payment_entry == entry
	return entry


def asked(shop, link) -> tuple:
	one = shop.stripe.sessions[link.reload().session]
	return one["amount_total"], one["currency"]


def test_an_invoice_kept_in_euro_is_paid_in_euro(shop, abroad, ring):
	invoice = abroad.kept("EUR", 100, 1.1)
	abroad.rate("EUR", 1.2)
	link = link_of(invoice)
	assert (link.amount, link.currency) == (100, "EUR")
	page = see(link)
	assert (page["amount"], page["currency"], page["invoice"]["outstanding"]) == (100, "EUR", 100)
	entry = pays(shop, ring, link)
	assert asked(shop, link) == (10000, "eur")
	assert abroad.of_payment(entry) == {
		shop.clearing: (120, 120),
		"Debtors EUR": (-110, -100),
		GAIN: (-10, 0),
	}
	assert (abroad.owed(invoice), invoice.reload().status) == (0, "Paid")
	assert reconcile_payments() == () and shop.tasks(link) == []


def test_an_invoice_written_in_euro_is_paid_in_euro_and_settles_its_dollars(shop, abroad, ring):
	invoice = abroad.written("EUR", 100.37, 0.9, customer=shop.customer)
	assert invoice.outstanding_amount == 90.33
	link = link_of(invoice)
	assert (link.amount, link.currency, see(link)["invoice"]["paid"]) == (100.37, "EUR", 0)
	entry = pays(shop, ring, link)
	assert asked(shop, link) == (10037, "eur")
	assert abroad.both(entry) == {shop.clearing: (90.33, 90.33), "Debtors": (-90.33, -90.33)}
	assert abroad.owed(invoice) == 0 and reconcile_payments() == ()
	taken = frappe.db.get_value("Payment Entry", entry, ["runbook_taken", "runbook_taken_currency"])
	assert taken == (100.37, "EUR")


def test_a_clearing_account_in_the_links_currency_takes_it_as_it_is(shop, abroad, ring):
	bank = abroad.bank("EUR")
	set_settings(stripe_mode=bank)
	abroad.rate("EUR", 1.2)
	written = abroad.written("EUR", 100, 1.1, customer=shop.customer)
	part = link_of(written, amount="25")
	entry = pays(shop, ring, part)
	assert abroad.both(entry) == {bank: (30, 25), "Debtors": (-27.5, -27.5), GAIN: (-2.5, -2.5)}
	page = see(link_of(written))
	assert (page["amount"], page["invoice"]["paid"], page["invoice"]["total"]) == (75, 25, 100)


def test_yen_have_no_cents(shop, abroad, ring):
	abroad.rate("JPY", 0.007)
	kept = abroad.kept("JPY", 10001, 0.0067)
	link = link_of(kept)
	entry = pays(shop, ring, link)
	assert asked(shop, link) == (10001, "jpy")
	assert abroad.of_payment(entry) == {
		shop.clearing: (70.01, 70.01),
		"Debtors JPY": (-67.01, -10001),
		GAIN: (-3, 0),
	}
	written = abroad.written("JPY", 10001, 0.0067, customer=shop.customer)
	with pytest.raises(PaymentRefused, match="in whole coins"):
		link_of(written, amount="0.5")
	link = link_of(written)
	entry = pays(shop, ring, link)
	assert asked(shop, link) == (10001, "jpy") and abroad.both(entry)["Debtors"] == (-67.01, -67.01)
	assert reconcile_payments() == ()


def test_the_same_number_in_the_companys_currency_is_not_taken_for_it(shop, abroad, ring):
	abroad.rate("EUR", 1.2)
	for invoice in (abroad.kept("EUR", 100, 1.1), abroad.written("EUR", 100, 1.1, customer=shop.customer)):
		link = link_of(invoice)
		session = begin(link)
		shop.stripe.pay(session, currency="usd")
		ring("checkout.session.completed", session)
		assert shop.entries(link) == [] and shop.tasks(link) == ["pay_wrong_currency"]


def test_a_rate_that_is_missing_stops_the_link_and_a_payment_waits_for_it(shop, abroad, ring):
	invoice = abroad.kept("EUR", 100, 1.1)
	with pytest.raises(PaymentRefused, match="none from EUR to USD"):
		link_of(invoice)
	abroad.rate("EUR", 1.2)
	link = link_of(invoice)
	session = begin(link)
	frappe.db.delete("Currency Exchange", {"from_currency": "EUR"})
	shop.stripe.pay(session)
	ring("checkout.session.completed", session)
	assert shop.entries(link) == [] and shop.tasks(link) == ["pay_blocked"]
	abroad.rate("EUR", 1.2)
	reconcile_payments()
	(entry,) = shop.entries(link)
	assert abroad.of_payment(entry)["Debtors EUR"] == (-110, -100) and link.reload().status == "Paid"


def test_a_transfer_is_noted_in_the_currency_that_the_bank_details_ask_for(stripe, db, shop, abroad):
	shop.use("bank_transfer")
	invoice = abroad.kept("EUR", 100, 1.1)
	abroad.rate("EUR", 1.2)
	link = link_of(invoice)
	page = see(link)
	assert (page["instructions"], page["amount"], page["currency"]) == (DETAILS, 100, "EUR")
	assert "€" in api.make(invoice=invoice.name)["message"]
	first = api.received(link.name, amount="30")["payment_entry"]
	assert abroad.of_payment(first)["Debtors EUR"] == (-33, -30) and link.reload().amount == 70
	api.received(link.name)
	assert abroad.owed(invoice) == 0 and link.reload().status == "Paid"


def test_a_payment_that_was_begun_in_the_accounts_currency_goes_on_in_it(shop, abroad, ring):
	"""As links were before invoices had one in their own currency."""
	invoice = abroad.written("EUR", 100, 1.1, customer=shop.customer)
	link = link_of(invoice)
	frappe.db.set_value("Pay Link", link.name, {"currency": "USD", "amount": 110})
	session = begin(link.reload())
	assert asked(shop, link) == (11000, "usd")
	with pytest.raises(PaymentRefused, match="was begun by link"):
		link_of(invoice)
	shop.stripe.pay(session)
	ring("checkout.session.completed", session)
	(entry,) = shop.entries(link)
	assert abroad.both(entry) == {shop.clearing: (110, 110), "Debtors": (-110, -110)}


def test_a_deposit_stays_in_the_companys_currency(shop, abroad):
	set_settings(stripe_mode=abroad.bank("EUR"))
	with pytest.raises(PaymentRefused, match="a deposit is kept in USD"):
		api.make(booking=shop.visit().name, amount="50")
