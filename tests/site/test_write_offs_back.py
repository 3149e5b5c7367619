"""Write-offs on the Receivables page: what is listed, and how one is taken back, once, in the ledger; who may, and what refuses."""

import frappe
import pytest
from frappe.utils import nowdate
from tests import factories as make
from tests.support.currencies import abroad
from tests.support.receivables import ACCOUNTANT, CLERK, ago, ledger

from runbook_ops.api import receivables as api
from runbook_ops.errors import ReceivableRefused

__all__ = ["abroad", "ledger"]


def listed(ledger, **wish):
	return [row.entry for row in api.write_offs(ledger.company, **wish)]


def test_a_write_off_is_listed_and_taken_back_once(ledger):
	invoice, other = ledger.invoice(80, 100), ledger.invoice(45, 100, customer=make.customer().name)
	user = make.user(*ACCOUNTANT)
	frappe.set_user(user.name)
	entry = api.write_off(invoice.name, "Moved away", owed=80)["journal_entry"]
	second = api.write_off(other.name, "Cents", amount="0.55")["journal_entry"]
	assert set(listed(ledger)) == {entry, second}
	(row,) = api.write_offs(ledger.company, ledger.customer)
	assert (row.entry, row.invoice, row.amount, row.currency) == (entry, invoice.name, 80, "USD")
	assert (str(row.day), row.reason, row.user) == (nowdate(), "Moved away", user.full_name)
	assert ledger.customer not in ledger.erpnext()
	assert api.take_back(entry) == {"invoice": invoice.name}
	assert ledger.ledger(entry) == {} and ledger.owed(invoice) == 80
	assert ledger.erpnext()[ledger.customer][5] == 80
	assert listed(ledger) == [second] and listed(ledger, customer=ledger.customer) == []
	with pytest.raises(ReceivableRefused, match=f"{entry} is cancelled already"):
		api.take_back(entry)
	assert ledger.owed(invoice) == 80
	notes = frappe.get_all("Comment", {"reference_name": invoice.name}, pluck="content", order_by="creation")
	assert any("taken back" in note and entry in note for note in notes)
	again = api.write_off(invoice.name, "After all", owed=80)["journal_entry"]
	assert ledger.ledger(again) == {"Write Off": 80, "Debtors": -80}


def test_a_part_that_was_written_off_comes_back(ledger):
	invoice = ledger.invoice(80, 100)
	ledger.part(invoice, 30)
	entry = api.write_off(invoice.name, "Half a loaf", amount="20", owed="50")["journal_entry"]
	assert ledger.owed(invoice) == 30
	ledger.part(invoice, 30)
	api.take_back(entry)
	assert ledger.owed(invoice) == 20 and ledger.erpnext()[ledger.customer][5] == 20


def test_a_write_off_abroad_comes_back_at_its_own_rate(abroad):
	invoice = abroad.kept("EUR", 100, 1.1, 40)
	before = abroad.ledger(invoice.name)
	entry = api.write_off(invoice.name, "Moved away", amount="40")["journal_entry"]
	(row,) = api.write_offs(abroad.company, invoice.customer)
	assert (row.entry, row.amount, row.currency) == (entry, 40, "EUR")
	api.take_back(entry)
	assert abroad.ledger(entry) == {} and abroad.ledger(invoice.name) == before
	assert abroad.owed(invoice) == 100


def test_a_closed_period_keeps_it(ledger):
	invoice = ledger.invoice(80, 100)
	entry = api.write_off(invoice.name, "Moved away")["journal_entry"]
	period = make.insert(
		"Accounting Period",
		period_name=make.unique("Closed"),
		company=ledger.company,
		start_date=nowdate(),
		end_date=ago(-1),
		closed_documents=[{"document_type": "Journal Entry", "closed": 1}],
	)
	with pytest.raises(ReceivableRefused, match=rf"{entry} of .* stays: .*{period.name}.* Open the period"):
		api.take_back(entry)
	assert frappe.db.get_value("Journal Entry", entry, "docstatus") == 1
	assert ledger.ledger(entry) == {"Write Off": 80, "Debtors": -80} and ledger.owed(invoice) == 0
	period.delete()
	api.take_back(entry)
	assert ledger.owed(invoice) == 80


def test_books_that_are_frozen_keep_it(ledger):
	invoice = ledger.invoice(80, 100)
	entry = api.write_off(invoice.name, "Moved away")["journal_entry"]
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", nowdate())
	with pytest.raises(ReceivableRefused, match="stays: You are not authorized"):
		api.take_back(entry)
	assert ledger.owed(invoice) == 0


def test_who_may_take_back_is_who_may_write_off(ledger):
	invoice = ledger.invoice(80, 100)
	entry = api.write_off(invoice.name, "Moved away")["journal_entry"]
	ledger.settings(write_off_role="Accounts Manager")
	frappe.set_user(make.user(*CLERK).name)
	with pytest.raises(ReceivableRefused, match="Accounts Manager may write off"):
		api.take_back(entry)
	frappe.set_user(make.user("Runbook Technician").name)
	for call in (lambda: api.take_back(entry), lambda: api.write_offs(ledger.company)):
		with pytest.raises(frappe.PermissionError):
			call()
	frappe.set_user(make.user("Accounts Manager", "Sales User").name)
	assert listed(ledger) == [entry]
	api.take_back(entry)
	assert ledger.owed(invoice) == 80


def test_what_is_no_write_off_of_one_invoice_is_left_to_erpnext(ledger):
	first, second = ledger.invoice(80, 100), ledger.invoice(45, 100)
	entry = frappe.get_doc("Journal Entry", api.write_off(first.name, "Gone")["journal_entry"])
	entry.cancel()
	both = frappe.copy_doc(entry)
	both.update({"docstatus": 0, "accounts": []})
	party = {"account": ledger.account("Debtors"), "party_type": "Customer", "party": ledger.customer}
	for invoice, amount in ((first, 80), (second, 45)):
		about = {"reference_type": "Sales Invoice", "reference_name": invoice.name}
		both.append("accounts", {**party, **about, "credit_in_account_currency": amount})
	both.append("accounts", {**_loss(entry), "debit_in_account_currency": 125})
	both.insert()
	both.submit()
	assert listed(ledger) == []
	for name in (both.name, "ACC-NONE"):
		with pytest.raises(ReceivableRefused, match=f"{name} is no write-off of one invoice"):
			api.take_back(name)
	assert (ledger.owed(first), ledger.owed(second)) == (0, 0)


def _loss(entry):
	row = next(row for row in entry.accounts if not row.party)
	return {"account": row.account, "cost_center": row.cost_center}
