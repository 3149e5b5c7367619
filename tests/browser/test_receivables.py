"""The Receivables page in Chromium: by keys at a desk and by touch on a phone; promise, payment, write-off and back, statement and its print."""

import os
from pathlib import Path

import frappe
import pytest
from axe_playwright_python.sync_playwright import Axe
from tests import factories as make
from tests.support.receivables import ACCOUNTANT, ago, ledger

__all__ = ["ledger"]
DESK, PHONE = 1280, 360


@pytest.fixture
def owing(ledger):
	"""Three customers who owe, one of them in every column."""
	ledger.settings(pay_provider="bank_transfer", bank_mode="Cash", bank_details="IBAN XX00 1234")
	late = make.customer(customer_name="Beatrice Overdue", email="bea@customer.example").name
	for overdue, price in ((-5, 120), (12, 80), (100, 66.6)):
		ledger.invoice(price, overdue, customer=late)
	ledger.invoice(45, 40, customer=make.customer(customer_name="Carl Sixty").name)
	ledger.customer = late
	ledger.paid_ahead(25)
	frappe.db.commit()
	return ledger


def picture(desk, name):
	"""Keep a screenshot where RUNBOOK_SCREENSHOTS names a folder."""
	folder = os.environ.get("RUNBOOK_SCREENSHOTS")
	if folder:
		desk.page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def no_problem(desk, context=".rb-receivables"):
	found = Axe().run(desk.page, context=context).response["violations"]
	assert not found, [(one["id"], [node["html"] for node in one["nodes"]][:3]) for one in found]


def figures(desk, name):
	row = desk.page.locator(f"tr.rb-ar-customer:has-text('{name}')")
	return row.locator("td").all_inner_texts()


def open_invoice(desk, name):
	return desk.page.locator(f"[data-voucher='{name}']")


def answer(desk, label):
	"""Press the dialog's button and wait until it is gone."""
	desk.page.click(f".modal.show button.btn-primary:has-text('{label}')")
	desk.page.wait_for_selector(".modal.show", state="detached")
	desk.page.wait_for_load_state("networkidle")


def the_statement_prints(desk):
	"""The print of today's statement, and of the day before: the invoice of today is not on that."""
	with desk.page.expect_popup() as opened:
		desk.answer("Print")
	paper = opened.value
	paper.wait_for_selector(".statement tfoot:has-text('161.60')")
	paper.wait_for_load_state("networkidle")
	folder = os.environ.get("RUNBOOK_SCREENSHOTS")
	if folder:
		paper.set_viewport_size({"width": 900, "height": 900})
		paper.screenshot(path=Path(folder) / "statement.png", full_page=True)
	paper.close()
	day = desk.page.locator(".modal.show [data-fieldname=as_of] input")
	day.fill(frappe.utils.formatdate(ago(13), desk.page.evaluate("frappe.datetime.get_user_date_fmt()")))
	day.press("Tab")
	desk.page.wait_for_selector(".rb-ar-sheet tfoot:has-text('66.60')")
	with desk.page.expect_popup() as opened:
		desk.answer("Print")
	assert opened.value.locator(".statement .lines tbody tr").count() == 1
	opened.value.close()


def take_back(desk, name):
	"""What was written off is open again."""
	desk.page.click(".rb-ar-details [data-do=write-offs]")
	button = desk.page.locator(f".modal.show li:has-text('{name}') [data-entry]")
	button.wait_for()
	no_problem(desk, ".rb-ar-written-off")
	assert button.bounding_box()["height"] >= 40
	picture(desk, "write_offs")
	button.click()
	desk.page.click(".modal.show:has-text('is open again') button.btn-primary:visible")
	desk.page.wait_for_selector(".modal.show:has-text('Nothing is written off')")
	desk.page.click(".modal.show .btn-modal-close >> visible=true")
	open_invoice(desk, name).wait_for()


def test_an_accountant_settles_what_is_owed(owing, desk_of):
	desk = desk_of(*ACCOUNTANT, width=DESK)
	desk.go("open-receivables")
	desk.page.wait_for_selector("tr:has-text('Beatrice Overdue')")
	assert figures(desk, "Beatrice Overdue") == [
		"$ 120.00",
		"$ 80.00",
		"$ 0.00",
		"$ 0.00",
		"$ 66.60",
		"$ 266.60",
		"$ 25.00",
	]
	desk.page.keyboard.press("/")
	desk.page.keyboard.type("Beatrice")
	desk.page.wait_for_selector("tr:has-text('Carl Sixty')", state="detached")
	desk.page.keyboard.press("ArrowDown")
	desk.page.keyboard.press("Enter")
	oldest = desk.page.locator("[data-voucher]").first
	oldest.wait_for()
	no_problem(desk)
	picture(desk, "receivables")
	name = oldest.get_attribute("data-voucher")
	oldest.locator("[data-do=promise]").click()
	desk.page.wait_for_selector(".modal.show [data-fieldname=day] input")
	answer(desk, "Note promise")
	open_invoice(desk, name).locator(".rb-ar-kept").wait_for()
	second = desk.page.locator("[data-voucher]").nth(1)
	paid = second.get_attribute("data-voucher")
	second.locator("[data-do=paid]").click()
	desk.page.wait_for_selector(".modal.show [data-fieldname=mode_of_payment] select")
	answer(desk, "Book payment")
	open_invoice(desk, paid).wait_for(state="detached")
	assert figures(desk, "Beatrice Overdue")[1] == "$ 0.00"
	desk.page.click("[data-do=statement]")
	desk.page.wait_for_selector(".rb-ar-sheet tfoot:has-text('161.60')")
	no_problem(desk, ".rb-ar-sheet")
	picture(desk, "statement_dialog")
	the_statement_prints(desk)
	desk.page.click(".modal.show .btn-modal-close")
	desk.page.wait_for_selector(".modal.show", state="detached")
	desk.page.click(".desk-alert .close >> nth=-1")
	desk.page.set_viewport_size({"width": PHONE, "height": 780})
	row = open_invoice(desk, name)
	row.locator("[data-do=write-off]").scroll_into_view_if_needed()
	assert desk.page.evaluate("document.documentElement.scrollWidth") <= PHONE
	assert row.locator("[data-do=write-off]").bounding_box()["height"] >= 40
	no_problem(desk)
	picture(desk, "receivables_phone")
	row.locator("[data-do=write-off]").click()
	desk.page.fill(".modal.show [data-fieldname=reason] textarea", "Moved away")
	answer(desk, "Write off")
	row.wait_for(state="detached")
	take_back(desk, name)
	frappe.db.rollback()
	assert (owing.owed(name), owing.owed(paid)) == (66.6, 0)
	entry = frappe.get_last_doc("Journal Entry", {"voucher_type": "Write Off Entry"})
	assert (entry.docstatus, entry.total_debit, owing.ledger(entry.name)) == (2, 66.6, {})
	assert str(frappe.db.get_value("Payment Promise", {"sales_invoice": name}, "promised_for")) == str(
		ago(-7)
	)
