"""A customer's package at the desk: redeem a session, read the history, reverse it; set up the accounts; every page opens cleanly."""

import frappe
import pytest
from tests.support.packages import Studio


@pytest.fixture
def studio(db):
	return Studio()


def test_a_session_is_redeemed_and_taken_back(desk, studio):
	sold = studio.sell(studio.sessions_package(4, price=400, validity_days=30, transferable=1)).package
	frappe.db.commit()
	desk.form("Customer Package", sold)
	desk.wait_for("Active: 4 of 4 sessions left")
	desk.press("Redeem")
	desk.answer("Redeem")
	desk.wait_for("Active: 3 of 4 sessions left")
	desk.page.click(".form-layout:visible [data-usage]:visible >> nth=0")
	desk.answer("Reverse", reason="Wrong customer")
	desk.wait_for("Wrong customer")
	desk.wait_for("Active: 4 of 4 sessions left")
	frappe.db.rollback()
	assert studio.left(sold) == ("Active", 4, 400)


def test_the_pages_of_packages_open_without_an_error(manager, studio):
	sold = studio.sell(studio.sessions_package(4, price=400, validity_days=30))
	package = frappe.db.get_value("Customer Package", sold.package, "package")
	frappe.db.commit()
	for route in (
		("List", "Customer Package"),
		("Form", "Customer Package", sold.package),
		("List", "Package Usage"),
		("Form", "Service Package", package),
		("query-report", "Package Liability"),
	):
		manager.go(*route)
		manager.page.wait_for_timeout(800)
		assert not manager.page.is_visible(".modal.show"), route
	manager.go("Form", "Runbook Settings")
	manager.press("Set up accounts")
	manager.wait_for("are set up")
