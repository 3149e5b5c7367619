"""A deposit on the public page at phone width: told before, waited for, paid in another tab, and the page says that the visit is booked."""

import frappe
import pytest
from tests import factories as make
from tests.browser.conftest import FRONT_DESK
from tests.browser.guest import Guest, accessible, picture
from tests.support.deposits import House
from tests.support.stripe_server import StripeServer

from runbook_ops.store.pay_links import pay_token

POLICY = """Plans change, and that is fine. You can move or cancel a visit yourself until 24 hours before it starts.
What you have paid as a deposit counts towards your bill. If you cancel in time, you get it back."""


@pytest.fixture
def house(db):
	frappe.db.delete("Guest Counter")
	frappe.db.set_value("Bookable Service", {"online": 1}, "online", 0)
	with StripeServer() as stripe:
		house = House(stripe, "Colour", policy_text=POLICY)
		frappe.db.set_single_value("Runbook Settings", {"online_booking": "Confirmed", "hold_minutes": 10})
		frappe.db.commit()
		yield house


def test_a_deposit_is_paid_and_the_page_says_so(chromium, house):
	guest, payer = Guest(chromium, "phone"), Guest(chromium, "phone")
	try:
		guest.open("/book")
		guest.choose_service(house.service)
		guest.press("Choose a time")
		guest.choose_day(make.day(6).date().isoformat())
		guest.choose_time("10:00 AM")
		guest.see("we ask for a deposit of $ 20.00")
		guest.see("you have 45 minutes to pay it")
		guest.fill(name="Dana Frost", email="dana@customer.example")
		guest.page.check("[name=accepted]")
		guest.press("Book now")
		guest.see("One step is left")
		guest.see("once we have your deposit of $20.00")
		accessible(guest, "waiting for the deposit")
		picture(guest, "book_deposit")
		address = guest.page.get_attribute("a:text-is('Pay the deposit of $20.00')", "href")
		payer.open(address[address.index("/pay/") :])
		payer.see("The time is kept for you until")
		payer.page.route(f"{house.stripe.url}/**", lambda route: route.fulfill(body="Stripe's page"))
		payer.press("Pay $20.00")
		payer.page.wait_for_url(f"{house.stripe.url}/**")
		session = house.stripe.only()
		house.stripe.pay(session)
		back = house.stripe.sessions[session]["success_url"]
		payer.open(back[back.index("/pay/") :])
		payer.see("Your visit is confirmed.")
		accessible(payer, "paid")
		guest.see("You are booked")
		guest.press("See, move or cancel your visit")
		guest.see("Deposit paid")
	finally:
		errors = [*guest.errors, *payer.errors]
		guest.close()
		payer.close()
	assert errors == []
	frappe.db.rollback()
	visit = frappe.get_last_doc("Service Booking", {"email": "dana@customer.example"})
	assert (visit.status, visit.deposit_state, house.deposits(visit)) == ("Confirmed", "Paid", [20])


def test_the_desk_asks_and_goes_on_without_it_with_a_reason(desk_of, house):
	visit = house.request()
	frappe.db.commit()
	desk = desk_of(*FRONT_DESK)
	desk.form("Service Booking", visit.name)
	desk.press_in_menu("Change", "Ask for the deposit of the policy")
	desk.page.wait_for_selector(".modal.show :text('Pay link')")
	address = desk.page.locator(".modal.show [data-fieldname=url] .control-value").inner_text()
	desk.close_dialogs()
	desk.wait_for("20.00 is waited for until")
	desk.wait_for_state("Held")
	frappe.db.rollback()
	link = house.link(visit)
	assert (link.amount, address.endswith(pay_token(link))) == (20, True)
	desk.expects_refusal = True
	desk.press("Confirm")
	desk.wait_for("is waited for, and the booking confirms by itself")
	desk.answer("Book it all the same")
	desk.page.wait_for_selector(".modal.show [data-fieldname='reason']")
	desk.answer("Book it", reason="Her husband pays at the counter")
	desk.wait_for_state("Confirmed")
	frappe.db.rollback()
	visit.reload()
	assert (visit.deposit_state, link.reload().status) == ("Set aside", "Cancelled")
