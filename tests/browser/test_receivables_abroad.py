"""The Receivables page in Chromium, with an invoice in another currency: shown, stated and collected in its own."""

import frappe
from tests.browser.test_receivables import answer, figures, no_problem, open_invoice, picture
from tests.support.currencies import GAIN, abroad
from tests.support.receivables import ACCOUNTANT

__all__ = ["abroad"]


def test_an_invoice_in_euro_is_collected_in_euro(abroad, desk_of):
	invoice = abroad.kept("EUR", 100, 1.1, 40)
	abroad.rate("EUR", 1.2)
	frappe.db.commit()
	desk = desk_of(*ACCOUNTANT, width=1280)
	desk.go("open-receivables")
	desk.page.click(f"tr:has-text('{invoice.customer_name}') [data-do=toggle]")
	row = open_invoice(desk, invoice.name)
	row.wait_for()
	assert row.locator(".rb-ar-owed").inner_text().split("\n") == ["€ 100.00", "$ 110.00 in the ledger"]
	assert figures(desk, invoice.customer_name)[2] == "$ 110.00"
	no_problem(desk)
	picture(desk, "receivables_abroad")
	desk.page.click("[data-do=statement]")
	desk.page.wait_for_selector(".rb-ar-sheet tfoot:has-text('€ 100.00')")
	desk.page.click(".modal.show .btn-modal-close")
	desk.page.wait_for_selector(".modal.show", state="detached")
	row.locator("[data-do=paid]").click()
	desk.page.wait_for_selector(".modal.show:has-text('Amount in EUR'):has-text('€ 100.00')")
	desk.page.locator(".modal.show [data-fieldname=mode_of_payment] select").select_option("Cash")
	answer(desk, "Book payment")
	row.wait_for(state="detached")
	frappe.db.rollback()
	entry = frappe.get_last_doc("Payment Entry", {"party": invoice.customer})
	assert abroad.of_payment(entry.name) == {
		"Cash": (120, 120),
		"Debtors EUR": (-110, -100),
		GAIN: (-10, 0),
	}
