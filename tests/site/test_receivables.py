"""Receivables on the site: ages that tie to ERPNext's own report, payments, promises and write-offs in the ledger."""

from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, flt, nowdate
from tests import factories as make
from tests.support.receivables import ACCOUNTANT, CLERK, ago, ledger, ours

from runbook_ops.api import receivables as api
from runbook_ops.core.receivables import Age
from runbook_ops.errors import InputRefused, ReceivableRefused
from runbook_ops.operations.promise_payment import judge_promises
from runbook_ops.store.receivables import owing_customers

__all__ = ["ledger"]


def mixed(ledger):
	"""Invoices of every age, parts paid, credits of each kind, an invoice by journal."""
	for overdue, price in ((-5, 10), (0, 20), (60, 50), (90, 70), (91, 80.55)):
		ledger.invoice(price, overdue)
	ledger.part(ledger.invoice(100, 31), 33.33)
	ledger.credit_note(ledger.invoice(90, 61), 40)
	ledger.credit_note(ledger.invoice(25, 30), 25, on_invoice=False)
	ledger.paid_ahead(12.34)
	booking = make.booking(customer=ledger.customer)
	ledger.paid_ahead(50, runbook_booking=booking.name)
	by_journal(ledger, 15.15)


def by_journal(ledger, amount):
	"""What a customer owes by a journal entry, such as an opening balance."""
	entry = frappe.new_doc("Journal Entry")
	entry.update({"voucher_type": "Journal Entry", "company": ledger.company, "posting_date": ago(35)})
	party = {"party_type": "Customer", "party": ledger.customer}
	entry.append(
		"accounts", {"account": ledger.account("Debtors"), "debit_in_account_currency": amount, **party}
	)
	entry.append(
		"accounts",
		{
			"account": ledger.accounts["service_income"],
			"credit_in_account_currency": amount,
			"cost_center": frappe.get_cached_value("Company", ledger.company, "cost_center"),
		},
	)
	entry.insert()
	entry.submit()


def test_ages_tie_to_erpnexts_accounts_receivable_to_the_cent(ledger):
	mixed(ledger)
	ledger.invoice(77.77, 200, customer=make.customer().name)
	expected = ledger.erpnext()
	assert expected[ledger.customer][:5] != (0,) * 5 and all(expected[ledger.customer])
	found = {row.customer: ours(row) for row in owing_customers(ledger.company, ago(0))[0]}
	assert found == expected
	told = api.overview(ledger.company)
	assert ours(told["totals"]) == tuple(map(sum, zip(*expected.values(), strict=True)))
	assert told["totals"]["customers"] == len(expected)
	adds_up(ledger, expected[ledger.customer])


def adds_up(ledger, sums):
	"""What is open of the customer, one by one, is what stands in the customer's row."""
	rows = api.invoices(ledger.customer, ledger.company)
	assert flt(sum(row["owed"] for row in rows), 2) == float(sums[5] - sums[6])
	aged = dict.fromkeys(map(str, Age), Decimal(0))
	for row in rows:
		if row["owed"] > 0:
			aged[row["age"]] += Decimal(str(row["owed"]))
	assert tuple(aged.values()) == sums[:5]
	assert rows[0]["days"] >= rows[1]["days"] and rows[-1]["owed"] < 0 and not rows[-1]["is_invoice"]


def test_customers_are_found_by_name_and_the_most_overdue_come_first(ledger):
	ledger.invoice(10, 100)
	other = make.customer(customer_name=make.unique("Bea Early")).name
	ledger.invoice(500, -10, customer=other)
	names = [row["customer"] for row in api.overview(ledger.company)["customers"]]
	assert names.index(ledger.customer) < names.index(other)
	found = api.overview(ledger.company, search=ledger.customer[:14])["customers"]
	assert ledger.customer in [row["customer"] for row in found] and other not in [
		row["customer"] for row in found
	]


# -- payments


def test_a_part_and_then_the_rest_is_collected(ledger):
	invoice = ledger.invoice(80, 40)
	frappe.set_user(make.user(*CLERK).name)
	done = api.collect(invoice.name, "Cash", amount="30", owed=80, day=str(ago(1)))
	assert ledger.ledger(done["payment_entry"]) == {"Cash": 30, "Debtors": -30}
	assert str(frappe.db.get_value("Payment Entry", done["payment_entry"], "posting_date")) == str(ago(1))
	with pytest.raises(ReceivableRefused, match="80 was owed when you looked, now it is 50"):
		api.collect(invoice.name, "Cash", amount="30", owed="80")
	api.collect(invoice.name, "Cash", owed="50")
	assert (ledger.owed(invoice), frappe.db.get_value("Sales Invoice", invoice.name, "status")) == (0, "Paid")
	with pytest.raises(ReceivableRefused, match="nothing is owed"):
		api.collect(invoice.name, "Cash")


UNCOLLECTED = (
	({"amount": "80.01"}, "80.0 at the most"),
	({"amount": "0"}, "more than 0"),
	({"amount": "x"}, "amount: x is not an amount"),
	({"mode_of_payment": "Pebbles"}, "Pebbles"),
	({"day": "2999-01-01"}, "no day up to today"),
	({"day": "soon"}, "day: soon is not a day"),
	({"invoice": "INV-NONE"}, "INV-NONE"),
)


def test_what_can_not_be_collected(ledger):
	invoice = ledger.invoice(80)
	for values, words in UNCOLLECTED:
		with pytest.raises((ReceivableRefused, InputRefused, frappe.DoesNotExistError), match=words):
			api.collect(**{"invoice": invoice.name, "mode_of_payment": "Cash", **values})
	assert ledger.owed(invoice) == 80


# -- promises


def test_a_promise_is_kept_by_the_ledger_and_a_new_one_takes_the_place_of_the_old(ledger):
	invoice = ledger.invoice(80, 40)
	first = api.promise(invoice.name, str(ago(-3)), amount="50", note="by phone")["promise"]
	second = api.promise(invoice.name, str(ago(-5)), amount="50")["promise"]
	assert (
		state_of(first) == "Replaced" and api.invoices(ledger.customer, ledger.company)[0]["promised"] == 50
	)
	ledger.part(invoice, 49.99)
	judge_promises()
	assert state_of(second) == "Open"
	ledger.part(invoice, 0.01)
	judge_promises()
	assert state_of(second) == "Kept"
	assert not frappe.db.exists("Follow-up Task", {"reason_code": "promise_broken"})


def test_a_broken_promise_is_the_task_of_who_took_it(ledger):
	invoice = ledger.invoice(80, 40)
	clerk = make.user(*CLERK).name
	frappe.set_user(clerk)
	name = api.promise(invoice.name, nowdate(), note="Said so at the desk")["promise"]
	frappe.set_user("Administrator")
	frappe.db.set_value("Payment Promise", name, "promised_for", ago(2))
	assert judge_promises() == 0 and state_of(name) == "Open"
	frappe.db.set_value("Payment Promise", name, "promised_for", ago(3))
	late = ledger.part(invoice, 80)
	assert judge_promises() == 1 and state_of(name) == "Broken"
	assert frappe.db.get_value("Payment Entry", late, "docstatus") == 1
	task = frappe.get_last_doc("Follow-up Task", {"reference_name": invoice.name})
	assert task.allocated_to == clerk and "Said so at the desk" in task.reason and "80.00" in task.reason
	assert judge_promises() == 0


def state_of(promise):
	return frappe.db.get_value("Payment Promise", promise, "status")


def test_promises_can_not_be_changed_by_hand(ledger):
	invoice = ledger.invoice(80)
	with pytest.raises(ReceivableRefused, match=r"choose .* or a day after it"):
		api.promise(invoice.name, str(ago(1)))
	with pytest.raises(ReceivableRefused, match="at the most"):
		api.promise(invoice.name, nowdate(), amount=81)
	promise = frappe.get_doc("Payment Promise", api.promise(invoice.name, nowdate())["promise"])
	promise.status = "Kept"
	for change in (promise.save, promise.delete):
		with pytest.raises(ReceivableRefused, match="stays as it was given"):
			change()


# -- writing off


def test_a_write_off_and_its_reversal_in_the_ledger(ledger):
	invoice = ledger.invoice(80, 100)
	frappe.set_user(make.user(*ACCOUNTANT).name)
	entry = api.write_off(invoice.name, "Moved away", owed=80)["journal_entry"]
	assert ledger.ledger(entry) == {"Write Off": 80, "Debtors": -80}
	assert ledger.owed(invoice) == 0 and ledger.customer not in ledger.erpnext()
	kind, why = frappe.db.get_value("Journal Entry", entry, ["voucher_type", "user_remark"])
	assert (kind, why) == ("Write Off Entry", "Moved away")
	frappe.get_doc("Journal Entry", entry).cancel()
	assert ledger.ledger(entry) == {} and ledger.owed(invoice) == 80
	assert ledger.erpnext()[ledger.customer][4] == 80
	assert api.invoices(ledger.customer, ledger.company)[0]["owed"] == 80


def test_who_may_write_off(ledger):
	invoice = ledger.invoice(80, 100)
	ledger.settings(write_off_role="Accounts Manager")
	frappe.set_user(make.user(*CLERK).name)
	with pytest.raises(ReceivableRefused, match="Accounts Manager may write off"):
		api.write_off(invoice.name, "Why not")
	assert not api.overview(ledger.company)["may"]["write_off"]
	frappe.set_user(make.user("Accounts Manager", "Sales User").name)
	with pytest.raises(ReceivableRefused, match="say why"):
		api.write_off(invoice.name, " ")
	with pytest.raises(ReceivableRefused, match="when you looked"):
		api.write_off(invoice.name, "Gone", owed=79)
	assert api.write_off(invoice.name, "Cents", amount="0.55")["journal_entry"]
	assert ledger.owed(invoice) == 79.45


def test_who_may_not_see_the_ledger_sees_nothing(ledger):
	invoice = ledger.invoice(80)
	frappe.set_user(make.user("Runbook Technician").name)
	for call in (
		lambda: api.overview(ledger.company),
		lambda: api.invoices(ledger.customer, ledger.company),
		lambda: api.promise(invoice.name, add_days(nowdate(), 1)),
		lambda: api.collect(invoice.name, "Cash"),
		lambda: api.write_off(invoice.name, "x"),
		lambda: api.statement(ledger.customer, ledger.company),
		lambda: api.send_statement(ledger.customer, ledger.company),
	):
		with pytest.raises(frappe.PermissionError):
			call()
