"""Invoices in other currencies: shown, collected, promised, written off and stated in their own, and right in the ledger."""

import frappe
import pytest
from frappe.utils import flt, getdate
from tests import factories as make
from tests.support.currencies import GAIN, abroad, accounts_settings, ago

from runbook_ops.api import receivables as api
from runbook_ops.errors import ReceivableRefused
from runbook_ops.operations.promise_payment import judge_promises
from runbook_ops.operations.suspend_plans import follow_overdue
from runbook_ops.store.booking_figures import load_bookings
from runbook_ops.store.customer_history import history_of

__all__ = ["abroad"]


def row_of(abroad, invoice):
	rows = api.invoices(invoice.customer, abroad.company)
	return next(row for row in rows if row["name"] == invoice.name)


def told(abroad, invoice):
	row = row_of(abroad, invoice)
	return row["owed"], row["currency"], row["value"]


# -- what is owed


def test_the_page_shows_the_invoices_own_currency_beside_its_value_in_the_ledger(abroad):
	kept, written = abroad.kept("EUR", 100, 1.1, 40), abroad.written("CHF", 80, 1.3, 70)
	home = abroad.invoice(50, 5)
	assert told(abroad, kept) == (100, "EUR", 110)
	assert told(abroad, written) == (80, "CHF", 104)
	assert told(abroad, home) == (50, "USD", 50)
	(row,) = api.overview(abroad.company, search=kept.customer)["customers"]
	assert (row["to_60"], row["owed"]) == (110, 110)
	erpnext = abroad.erpnext()
	assert (erpnext[kept.customer][5], erpnext[abroad.customer][5]) == (110, 154)


def test_a_credit_is_told_in_its_own_currency(abroad):
	invoice = abroad.kept("EUR", 100, 1.1)
	note = abroad.credit_note(invoice, 40, on_invoice=False)
	assert told(abroad, note) == (-40, "EUR", -44)
	assert told(abroad, invoice) == (100, "EUR", 110)
	other = abroad.written("EUR", 100, 1.1)
	abroad.credit_note(other, 25)
	assert told(abroad, other) == (75, "EUR", 82.5)


# -- payments


def test_what_is_kept_in_euro_is_paid_in_either_currency_at_the_rate_of_the_day(abroad):
	invoice = abroad.kept("EUR", 100, 1.1, 40)
	abroad.rate("EUR", 1.15, ago(60))
	abroad.rate("EUR", 1.2)
	bank = abroad.bank("EUR")
	part = api.collect(invoice.name, "Cash", amount="40", owed="100")["payment_entry"]
	assert abroad.both(part) == {"Cash": (48, 48), "Debtors EUR": (-48, -40)}
	assert abroad.of_payment(part) == {"Cash": (48, 48), "Debtors EUR": (-44, -40), GAIN: (-4, 0)}
	assert abroad.owed(invoice) == 60 and told(abroad, invoice) == (60, "EUR", 66)
	with pytest.raises(ReceivableRefused, match="100 was owed when you looked, now it is 60"):
		api.collect(invoice.name, bank, owed="100")
	rest = api.collect(invoice.name, bank, owed="60", day=str(ago(1)))["payment_entry"]
	assert abroad.both(rest) == {bank: (69, 60), "Debtors EUR": (-69, -60)}
	assert abroad.of_payment(rest) == {bank: (69, 60), "Debtors EUR": (-66, -60), GAIN: (-3, 0)}
	assert (abroad.owed(invoice), invoice.reload().status) == (0, "Paid")
	assert abroad.balance(abroad.debtors["EUR"]) == (0, 0)
	assert api.invoices(invoice.customer, abroad.company) == []
	rates = frappe.db.get_value("Payment Entry", part, ["source_exchange_rate", "target_exchange_rate"])
	assert rates == (1.2, 1)
	journal = abroad.gains_of(rest)
	frappe.get_doc("Payment Entry", rest).cancel()
	assert abroad.both(rest, *journal) == {} and told(abroad, invoice) == (60, "EUR", 66)


def test_what_is_written_in_euro_and_kept_in_dollars(abroad):
	invoice = abroad.written("EUR", 100, 1.1, 40)
	abroad.rate("EUR", 1.2)
	bank = abroad.bank("EUR")
	part = api.collect(invoice.name, bank, amount="40", owed="100")["payment_entry"]
	assert abroad.both(part) == {bank: (48, 40), "Debtors": (-44, -44), GAIN: (-4, -4)}
	assert abroad.gains_of(part) == [] and told(abroad, invoice) == (60, "EUR", 66)
	rest = api.collect(invoice.name, "Cash", owed="60")["payment_entry"]
	assert abroad.both(rest) == {"Cash": (66, 66), "Debtors": (-66, -66)}
	assert (abroad.owed(invoice), invoice.reload().status) == (0, "Paid")


def test_a_loss_and_a_third_currency(abroad):
	abroad.rate("EUR", 1.05)
	abroad.rate("GBP", 1.5)
	pounds = abroad.bank("GBP")
	kept, written = abroad.kept("EUR", 100, 1.1), abroad.written("EUR", 100, 1.1)
	entry = api.collect(kept.name, pounds)["payment_entry"]
	assert abroad.of_payment(entry) == {pounds: (105, 70), "Debtors EUR": (-110, -100), GAIN: (5, 0)}
	entry = api.collect(written.name, pounds)["payment_entry"]
	assert abroad.both(entry) == {pounds: (105, 70), "Debtors": (-110, -110), GAIN: (5, 5)}
	home = abroad.invoice(100)
	entry = api.collect(home.name, pounds)["payment_entry"]
	assert abroad.both(entry) == {pounds: (100, 66.67), "Debtors": (-100, -100)}


def test_yen_are_whole(abroad):
	invoice = abroad.kept("JPY", 10001, 0.0067)
	abroad.rate("JPY", 0.007)
	with pytest.raises(ReceivableRefused, match="in whole coins"):
		api.collect(invoice.name, "Cash", amount="0.5")
	entry = api.collect(invoice.name, "Cash", amount="5000", owed="10001")["payment_entry"]
	assert abroad.of_payment(entry) == {"Cash": (35, 35), "Debtors JPY": (-33.5, -5000), GAIN: (-1.5, 0)}
	assert told(abroad, invoice)[:2] == (5001, "JPY")


def test_without_a_rate_or_an_account_for_gains_nothing_is_posted(abroad):
	invoice, written = abroad.kept("EUR", 100, 1.1, 10), abroad.written("EUR", 100, 1.1)
	with pytest.raises(ReceivableRefused, match=r"none from EUR to USD .* Enter one in Currency Exchange"):
		api.collect(invoice.name, "Cash")
	abroad.rate("EUR", 1.2)
	with pytest.raises(ReceivableRefused, match="none from EUR to USD"):
		api.collect(invoice.name, "Cash", day=str(ago(1)))
	before = frappe.db.get_value("Company", abroad.company, "exchange_gain_loss_account")
	frappe.get_doc("Company", abroad.company).db_set("exchange_gain_loss_account", None)
	with pytest.raises(ReceivableRefused, match=r"Exchange Gain / Loss Account: .* has none"):
		api.collect(invoice.name, "Cash")
	assert api.collect(written.name, "Cash")["payment_entry"]
	frappe.get_doc("Company", abroad.company).db_set("exchange_gain_loss_account", before)
	assert abroad.owed(invoice) == 100 and api.collect(invoice.name, "Cash")["payment_entry"]


def test_a_rate_that_accounts_settings_call_too_old_is_not_taken(abroad):
	invoice = abroad.kept("EUR", 100, 1.1)
	abroad.rate("EUR", 1.2, ago(9))
	accounts_settings(allow_stale=0, stale_days=5)
	with pytest.raises(ReceivableRefused, match="none from EUR to USD"):
		api.collect(invoice.name, "Cash")
	accounts_settings(stale_days=10)
	abroad.rate("EUR", 1.3, ago(9), for_selling=0)
	entry = api.collect(invoice.name, "Cash")["payment_entry"]
	assert frappe.db.get_value("Payment Entry", entry, "source_exchange_rate") == 1.2


# -- writing off


def test_a_write_off_is_booked_at_the_invoices_own_rate(abroad):
	kept, written = abroad.kept("EUR", 100, 1.1, 100), abroad.written("EUR", 100, 1.1, 100)
	abroad.rate("EUR", 1.2)
	part = api.write_off(kept.name, "Moved away", amount="30", owed="100")["journal_entry"]
	assert abroad.both(part) == {"Write Off": (33, 33), "Debtors EUR": (-33, -30)}
	assert told(abroad, kept) == (70, "EUR", 77)
	rest = api.write_off(kept.name, "Gone", owed="70")["journal_entry"]
	assert abroad.both(rest) == {"Write Off": (77, 77), "Debtors EUR": (-77, -70)}
	assert abroad.owed(kept) == 0 and abroad.balance(abroad.debtors["EUR"]) == (0, 0)
	frappe.get_doc("Journal Entry", part).cancel()
	assert told(abroad, kept) == (30, "EUR", 33)
	entry = api.write_off(written.name, "Gone", amount="50")["journal_entry"]
	assert abroad.both(entry) == {"Write Off": (55, 55), "Debtors": (-55, -55)}
	assert told(abroad, written) == (50, "EUR", 55)
	notes = {"reference_name": kept.name, "comment_type": "Info", "content": ("like", "%30.00%")}
	assert "€" in frappe.db.get_value("Comment", notes, "content")


# -- promises, statements, tasks


def test_a_promise_is_in_the_invoices_currency_and_kept_by_what_was_paid_in_it(abroad):
	kept, written = abroad.kept("EUR", 100, 1.1, 40), abroad.written("EUR", 100, 1.1, 40)
	abroad.rate("EUR", 1.2)
	bank = abroad.bank("EUR")
	for invoice in (kept, written):
		with pytest.raises(ReceivableRefused, match=r"100(\.0)? at the most"):
			api.promise(invoice.name, str(ago(-2)), amount="101")
		name = api.promise(invoice.name, str(ago(-2)), amount="60")["promise"]
		row = row_of(abroad, invoice)
		assert (row["promised"], row["promised_in"]) == (60, "EUR")
		api.collect(invoice.name, bank, amount="59.99")
		judge_promises()
		assert frappe.db.get_value("Payment Promise", name, "status") == "Open"
		api.collect(invoice.name, bank, amount="0.01")
		judge_promises()
		assert frappe.db.get_value("Payment Promise", name, ["status", "currency"]) == ("Kept", "EUR")


def test_a_statement_tells_each_currency_and_what_all_is_worth(abroad):
	written, home = abroad.written("CHF", 80, 1.3, 40), abroad.invoice(50, 5)
	abroad.rate("CHF", 1.3)
	api.collect(written.name, "Cash", amount="30")
	found = api.statement(abroad.customer, abroad.company)
	lines = {line["voucher"]: (line["invoiced"], line["paid"], line["owed"]) for line in found["lines"]}
	assert lines[written.name] == ("Fr 80.00", "Fr 30.00", "Fr 50.00")
	assert lines[home.name] == ("$ 50.00", "$ 0.00", "$ 50.00")
	totals = {total["currency"]: (total["balance"], total["ages"]) for total in found["totals"]}
	assert [total["title"] for total in found["totals"]] == ["Balance in CHF", "Balance in USD"]
	assert totals["CHF"][0] == "Fr 50.00" and totals["CHF"][1][2] == "Fr 50.00"
	assert totals["USD"][0] == "$ 50.00" and totals["USD"][1][1] == "$ 50.00"
	assert (found["balance"], found["ages"][1:3]) == ("$ 115.00", ["$ 50.00", "$ 65.00"])


def test_an_overdue_task_names_the_amount_in_the_currency_that_it_is_kept_in(abroad):
	kept, written = abroad.kept("EUR", 100, 1.1, 40), abroad.written("EUR", 100, 1.1, 40)
	abroad.settings(overdue_task_days=30)
	follow_overdue(abroad.company)
	for invoice, owed in ((kept, "€ 100.00"), (written, "$ 110.00")):
		task = frappe.get_last_doc("Follow-up Task", {"reference_name": invoice.name})
		assert owed in task.reason


def test_what_a_customer_and_a_booking_owe_is_its_value_in_the_companys_currency(abroad):
	kept = abroad.kept("EUR", 100, 1.1)
	abroad.kept("EUR", 50, 1.2)
	written = abroad.written("EUR", 100, 1.1)
	assert history_of(kept.customer, abroad.company)["customer_outstanding"] == 170
	assert history_of(written.customer, abroad.company)["customer_outstanding"] == 110
	for invoice in (kept, written):
		booking = make.booking(customer=invoice.customer)
		frappe.db.set_value("Service Booking", booking.name, "sales_invoice", invoice.name)
		day = getdate(booking.starts_at)
		(found,) = [row for _, row in load_bookings(day, day) if row.name == booking.name]
		assert flt(found.outstanding, 2) == 110
