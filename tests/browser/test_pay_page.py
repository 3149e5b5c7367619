"""The page on which a customer pays: an invoice by Stripe's page, a transfer with its details, on a phone and with a keyboard; and the desk's button."""

import os
from contextlib import contextmanager
from pathlib import Path

import frappe
import pytest
from axe_playwright_python.sync_playwright import Axe
from tests.browser.conftest import FRONT_DESK
from tests.browser.guest import Guest
from tests.support.job_pictures import add_picture, job_of, photo, shaded
from tests.support.pay import PayShop
from tests.support.stripe_server import StripeServer

from runbook_ops.api import pay_links as api
from runbook_ops.store.pay_links import pay_token


@pytest.fixture
def shop(db):
	frappe.db.delete("Guest Counter")
	with StripeServer() as stripe:
		shop = PayShop(stripe)
		frappe.db.set_value("Item", shop.item, "item_name", "Colouring")
		yield shop


@contextmanager
def on_phone(browser, path: str):
	guest = Guest(browser, "phone")
	try:
		guest.open(path)
		yield guest
		assert guest.errors == []
	finally:
		guest.close()


def picture(guest, name: str) -> None:
	"""Keep a screenshot where RUNBOOK_SCREENSHOTS names a folder."""
	folder = os.environ.get("RUNBOOK_SCREENSHOTS")
	if folder:
		guest.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def is_accessible(guest) -> None:
	found = Axe().run(guest.page).response["violations"]
	bad = [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")]
	assert bad == [] and guest.wide() <= 0


def test_an_invoice_is_paid_on_a_phone(chromium, shop):
	"""Stripe's page is played: its address leads nowhere, and the customer comes back by the address that Stripe was given."""
	tax = {
		"charge_type": "On Net Total",
		"account_head": shop.tax_account(),
		"description": "Sales tax",
		"rate": 10,
	}
	link = shop.link_of(shop.invoice(taxes=[tax]))
	frappe.db.commit()
	with on_phone(chromium, f"/pay/{pay_token(link)}") as guest:
		guest.see("Shampoo")
		guest.see("Sales tax")
		assert "$88.00" in guest.page.inner_text(".rb-pay-sum")
		is_accessible(guest)
		picture(guest, "pay")
		guest.page.route(f"{shop.stripe.url}/**", lambda route: route.fulfill(body="Stripe's page"))
		guest.page.get_by_role("button", name="Pay $88.00").press("Enter")
		guest.page.wait_for_url(f"{shop.stripe.url}/**")
		session = shop.stripe.only()
		shop.stripe.pay(session, paid=False)
		back = shop.stripe.sessions[session]["success_url"]
		guest.open(back[back.index("/pay/") :])
		guest.see("waiting for your bank")
		is_accessible(guest)
		shop.stripe.pay(session)
		guest.page.reload()
		guest.see("This has been paid. Thank you.")
		is_accessible(guest)
	frappe.db.rollback()
	link.reload()
	assert shop.ledger(link.payment_entry) == {shop.clearing: 88, "Debtors": -88}


def test_pictures_of_the_work(chromium, shop):
	"""Those that are for the customer, with what they show; each can be seen in full."""
	job = job_of(shop.visit().name)
	for caption, colours in (("Before", ("#6b5b4b", "#b8a58e")), ("After", ("#b07a2a", "#f3d9a4"))):
		add_picture(job, shaded(*colours), caption=caption)
	add_picture(job, photo(), for_customer=False, caption="Colour mix")
	link = shop.link_of(shop.invoice(runbook_booking=job.booking))
	frappe.db.commit()
	with on_phone(chromium, f"/pay/{pay_token(link)}") as guest:
		guest.see("Pictures of the work")
		shown = guest.page.locator(".rb-pictures img")
		shown.last.scroll_into_view_if_needed()
		guest.page.wait_for_function(
			"() => [...document.querySelectorAll('.rb-pictures img')].every((one) => one.naturalWidth > 0)"
		)
		assert [one.get_attribute("alt") for one in shown.all()] == ["Before", "After"]
		assert "Colour mix" not in guest.page.content()
		is_accessible(guest)
		picture(guest, "pay_pictures")


def test_bank_details(chromium, shop):
	shop.use("bank_transfer")
	link = frappe.get_doc("Pay Link", api.make(booking=shop.visit().name, amount=25)["link"])
	frappe.db.commit()
	with on_phone(chromium, f"/pay/{pay_token(link)}") as guest:
		guest.see("IBAN XX00 1234 5678")
		guest.see(link.name)
		assert guest.page.get_by_role("button").count() == 0
		is_accessible(guest)
		picture(guest, "pay_transfer")


def test_a_forged_link(chromium, shop):
	guest = Guest(chromium, "phone")
	try:
		assert guest.open("/pay/forged").status == 403
		assert guest.page.inner_text("h1") == "This link can't be paid"
	finally:
		guest.close()


def test_the_desk_makes_the_link_and_writes_the_mail(desk_of, shop):
	invoice = shop.invoice()
	frappe.db.commit()
	desk = desk_of(*FRONT_DESK)
	page = desk.page
	page.goto(f"/app/sales-invoice/{invoice.name}")
	page.get_by_role("button", name="Create").click()
	page.get_by_role("link", name="Send pay link").click()
	page.wait_for_selector(".modal.show :text('Pay link')")
	address = page.locator(".modal.show [data-fieldname=url] .control-value").inner_text()
	frappe.db.rollback()
	link = frappe.get_doc("Pay Link", {"sales_invoice": invoice.name})
	assert address.endswith(f"/pay/{pay_token(link)}")
	page.get_by_role("button", name="Send by e-mail").click()
	page.wait_for_selector(".desk-alert:has-text('Sent to')")
	frappe.db.rollback()
	sent = frappe.get_last_doc("Communication", {"reference_name": invoice.name})
	assert pay_token(link) in sent.content
	assert sent.recipients == frappe.db.get_value("Customer", shop.customer, "email_id")
