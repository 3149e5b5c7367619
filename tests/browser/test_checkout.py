"""The checkout page in a browser: a mixed basket at a desk and on a tablet, by keys, with change, and undone."""

import os
from pathlib import Path

import frappe
import pytest
from axe_playwright_python.sync_playwright import Axe
from tests import factories as make
from tests.support.packages import Studio

from runbook_ops.operations.change_booking import complete_booking

DESK, TABLET, PHONE = 1400, 820, 390


@pytest.fixture
def shop(db):
	shop = Studio()
	shop.customer = make.customer(customer_name="Paula Weber")
	shop.cut = make.bookable_service(service_name=make.unique("Cut and Dry"), price=80)
	shop.anna = make.person(resource_name=make.unique("Anna"))
	shop.package = shop.sell(shop.sessions_package(5, 400), shop.customer.name).package
	shop.oil = make.material(in_stock=5, item_code=make.unique("Argan Oil"), item_name="Argan Oil")
	make.insert("Item Price", item_code=shop.oil.name, price_list="Standard Selling", price_list_rate=12.5)
	visit = make.visit(
		{"service": shop.cut, "resource": shop.anna},
		{
			"service": make.bookable_service(service_name=make.unique("Colour"), price=40),
			"resource": shop.anna,
		},
		customer=shop.customer.name,
	)
	complete_booking(visit.name)
	shop.visit = visit.reload()
	frappe.db.commit()
	return shop


def picture(desk, name):
	"""Keep a screenshot where RUNBOOK_SCREENSHOTS names a folder."""
	folder = os.environ.get("RUNBOOK_SCREENSHOTS")
	if folder:
		desk.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def quiet(desk):
	desk.page.wait_for_load_state("networkidle")


def due(desk, amount: str) -> None:
	"""Wait until so much is to be paid."""
	desk.page.wait_for_selector(f".rb-due:has-text('{amount}')")


def no_serious_problem(desk):
	frappes = {"rules": {"aria-valid-attr-value": {"enabled": False}}}
	found = Axe().run(desk.page, context=".rb-checkout", options=frappes).response["violations"]
	serious = [one for one in found if one["impact"] in ("serious", "critical")]
	assert not serious, [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in serious]


@pytest.mark.parametrize("width", [DESK, TABLET, PHONE])
def test_a_mixed_basket(shop, desk_of, width):
	desk = desk_of("Runbook Front Desk", "Sales User", "Accounts User", "Stock User", width=width)
	desk.go("check-out", shop.visit.name)
	desk.page.wait_for_selector(".rb-line >> nth=1")
	due(desk, "120.00")
	desk.page.locator(".rb-line").first.locator("[data-set=redeem]").select_option(shop.package)
	due(desk, "40.00")
	adder = desk.page.locator("[data-fieldname=add_product] input:visible")
	adder.click()
	adder.press_sequentially(shop.oil.name, delay=10)
	desk.page.click(f".awesomplete ul > :visible:has-text('{shop.oil.name}') >> nth=0")
	desk.page.wait_for_selector(".rb-line >> nth=2")
	due(desk, "52.50")
	desk.page.click("[data-do=tip]")
	desk.page.fill("[data-tip=amount]", "5")
	desk.page.keyboard.press("Tab")
	due(desk, "57.50")
	desk.page.click(".rb-modes button:text-is('Cash')")
	desk.page.wait_for_selector("[data-tender=amount]")
	desk.page.fill("[data-tender=amount]", "60")
	desk.page.keyboard.press("Tab")
	desk.page.wait_for_selector(".rb-change:has-text('2.50')")
	quiet(desk)
	picture(desk, f"checkout-{width}")
	no_serious_problem(desk)
	desk.page.keyboard.press("Control+Enter")
	desk.page.wait_for_selector(".rb-done")
	assert "2.50" in desk.page.inner_text(".rb-back")
	picture(desk, f"checkout-done-{width}")
	frappe.db.rollback()
	assert shop.left(shop.package)[1] == 4
	checkout = frappe.get_doc("Checkout", frappe.db.get_value("Service Booking", shop.visit.name, "checkout"))
	assert (checkout.total, checkout.tip_total, checkout.change_given, checkout.owed) == (52.5, 5, 2.5, 0)
	assert shop.is_tied_out()


def test_a_walk_in_pays_part_and_the_checkout_is_undone(shop, desk_of):
	desk = desk_of("Runbook Front Desk", "Sales User", "Accounts User", "Stock User")
	desk.go("check-out")
	field = desk.page.locator(".rb-walk-in input")
	field.click()
	field.press_sequentially("Paula Weber", delay=10)
	desk.page.click(f".awesomplete ul > :visible:has-text('{shop.customer.name}') >> nth=0")
	desk.page.wait_for_selector(".rb-none")
	adder = desk.page.locator("[data-fieldname=add_service] input:visible")
	adder.click()
	adder.press_sequentially(shop.cut.name, delay=10)
	desk.page.click(f".awesomplete ul > :visible:has-text('{shop.cut.name}') >> nth=0")
	desk.page.wait_for_selector(".rb-due:has-text('80.00')")
	desk.page.click(".rb-modes button:text-is('Cash')")
	desk.page.fill("[data-tender=amount]", "30")
	desk.page.keyboard.press("Tab")
	desk.page.wait_for_selector(".rb-outcome:has-text('50.00')")
	quiet(desk)
	desk.page.click(".rb-post:enabled")
	desk.page.wait_for_selector(".rb-open:has-text('50.00')")
	name = desk.page.inner_text(".rb-done a")
	desk.form("Checkout", name)
	picture(desk, "checkout-form")
	desk.press("Undo")
	desk.answer("Undo", reason="Wrong customer")
	desk.page.wait_for_selector(".indicator-pill:has-text('Undone')")
	frappe.db.rollback()
	assert frappe.db.get_value("Checkout", name, ["status", "undo_reason"]) == ("Undone", "Wrong customer")


def test_too_low_a_price_is_refused_on_the_page(shop, desk_of):
	desk = desk_of("Runbook Front Desk", "Sales User", "Accounts User", "Stock User")
	desk.go("check-out", shop.visit.name)
	due(desk, "120.00")
	desk.expects_refusal = True
	desk.page.locator("[data-set=rate]").first.fill("10")
	desk.page.keyboard.press("Tab")
	desk.wait_for("Ask a manager")
