"""What happens by itself to who does not pay: charges, statements, reminders with a pay link, plans that pause."""

from datetime import timedelta
from decimal import Decimal

import frappe
import pytest
from frappe.utils import flt, getdate
from tests import factories as make
from tests.support.pay import begin, ring, set_settings, shop, shop_pays, stripe
from tests.support.receivables import ago, ledger
from tests.support.trail import mail_server, server, work

from runbook_ops.api import receivables as api
from runbook_ops.chain_library import read_library_data
from runbook_ops.errors import ReceivableRefused
from runbook_ops.jobs import receivables as jobs_
from runbook_ops.operations.charge_overdue import Turn, charge_customers, charge_overdue
from runbook_ops.operations.send_statement import Mailing, send_statements
from runbook_ops.operations.suspend_plans import follow_overdue, resume_plans
from runbook_ops.operations.tell_pay_link import message_for

__all__ = ["ledger", "mail_server", "ring", "server", "shop", "stripe"]

MONTH = "2026-11"


def rule(ledger, **values):
	"""One and a half percent a month of what is more than 30 days overdue, submitted at once."""
	usual = {
		"finance_charge": "Percent a month",
		"finance_charge_value": 1.5,
		"finance_charge_grace": 30,
		"finance_charge_minimum": 0,
		"finance_charge_day": 1,
		"finance_charge_submit": 1,
		"charge_on_charges": 0,
	}
	ledger.settings(**{**usual, **values})


# -- finance charges


def test_a_charge_is_an_invoice_that_says_why(ledger):
	rule(ledger)
	old, new = ledger.invoice(80, 40), ledger.invoice(50, 10)
	charge = charge_overdue(Turn(ledger.company, ledger.customer, MONTH))
	assert [(line.sales_invoice, line.days, line.charge) for line in charge.lines] == [(old.name, 40, 1.2)]
	assert (
		"1.5 %" in charge.explanation
		and old.name in charge.explanation
		and new.name not in charge.explanation
	)
	assert ledger.ledger(charge.sales_invoice) == {
		"Debtors": Decimal("1.2"),
		"Finance Charge Income": Decimal("-1.2"),
	}
	invoice = frappe.get_doc("Sales Invoice", charge.sales_invoice)
	assert (invoice.docstatus, invoice.grand_total, invoice.taxes) == (1, 1.2, [])
	assert "1.5 %" in invoice.items[0].description
	assert ledger.erpnext()[ledger.customer][1] == Decimal("51.2")


def test_a_month_is_charged_once_and_charges_are_not_charged(ledger):
	rule(ledger, finance_charge_grace=0)
	ledger.invoice(80, 40)
	wish = (ledger.company, MONTH, [ledger.customer])
	(name,) = charge_customers(*wish)
	assert charge_customers(*wish) == []
	charged = frappe.db.get_value("Finance Charge", name, "sales_invoice")
	frappe.db.set_value("Sales Invoice", charged, "due_date", ago(50))
	(second,) = charge_customers(ledger.company, "2026-12", [ledger.customer])
	assert [line.sales_invoice for line in frappe.get_doc("Finance Charge", second).lines] != [charged]
	assert frappe.db.get_value("Finance Charge", second, "total") == 1.2
	ledger.settings(charge_on_charges=1)
	(third,) = charge_customers(ledger.company, "2027-01", [ledger.customer])
	assert frappe.db.get_value("Finance Charge", third, "total") == flt(1.2 + 0.02)


def test_two_that_charge_at_once_meet_the_key_of_the_month(ledger, monkeypatch):
	rule(ledger)
	ledger.invoice(80, 40)
	turn = Turn(ledger.company, ledger.customer, MONTH)
	assert charge_overdue(turn)
	monkeypatch.setattr(frappe.db, "exists", lambda *args, **more: None)
	before = frappe.db.count("Sales Invoice")
	assert charge_overdue(turn) is None and frappe.db.count("Sales Invoice") == before


def test_exempt_customers_drafts_and_credit(ledger):
	rule(ledger, finance_charge_submit=0, finance_charge_minimum=5)
	ledger.invoice(80, 40)
	turn = Turn(ledger.company, ledger.customer, MONTH)
	frappe.db.set_value("Customer", ledger.customer, "runbook_no_finance_charge", 1)
	assert charge_overdue(turn) is None
	frappe.db.set_value("Customer", ledger.customer, "runbook_no_finance_charge", 0)
	ledger.paid_ahead(100, runbook_booking=make.booking(customer=ledger.customer).name)
	charge = charge_overdue(turn)
	assert (charge.total, charge.raised) == (5, 3.8)
	draft = frappe.get_doc("Sales Invoice", charge.sales_invoice)
	assert draft.docstatus == 0
	draft.delete()
	assert charge.reload().sales_invoice is None and charge_overdue(turn) is None
	ledger.paid_ahead(80)
	assert charge_overdue(Turn(ledger.company, ledger.customer, "2026-12")) is None


def test_one_customers_trouble_is_theirs_alone(ledger):
	rule(ledger)
	ledger.invoice(80, 40)
	other = make.customer().name
	ledger.invoice(200, 40, customer=other)
	frappe.db.set_value("Customer", ledger.customer, "disabled", 1)
	made = charge_customers(ledger.company, MONTH, [ledger.customer, other])
	assert [frappe.db.get_value("Finance Charge", name, "customer") for name in made] == [other]
	task = frappe.get_last_doc("Follow-up Task", {"reason_code": "charge_blocked"})
	assert task.customer == ledger.customer and MONTH in task.reason
	assert not frappe.db.exists("Finance Charge", {"customer": ledger.customer})


def test_the_nightly_job_charges_who_owes(ledger, jobs):
	rule(ledger)
	ledger.invoice(80, 40)
	jobs_.charge()
	jobs_.charge()
	frappe.db.commit()
	assert [name.rpartition(".")[2] for name in jobs.methods] == ["charge_some"] * 2
	jobs.drain()
	assert frappe.db.count("Finance Charge", {"customer": ledger.customer}) == 1
	ledger.settings(finance_charge="None")
	jobs_.charge()
	frappe.db.commit()
	assert jobs.methods == []


def test_a_rule_that_makes_no_sense(ledger):
	settings = frappe.get_doc("Runbook Settings")
	settings.update({"finance_charge": "Percent a month", "finance_charge_value": 0})
	with pytest.raises(ReceivableRefused, match="more than 0"):
		settings.save()


# -- statements


def test_one_bad_address_does_not_stop_the_rest(ledger):
	good = ledger.customer
	bad, none = make.customer().name, make.customer(email=None).name
	frappe.db.set_value("Customer", bad, "email_id", "ada-at-nowhere")
	for customer in (bad, none, good):
		ledger.invoice(80.5, 40, customer=customer)
	as_of = getdate(ago(1))
	mailing = Mailing(ledger.company, "2026-10", as_of)
	assert send_statements(mailing, [bad, none, good]) == [good]
	rows = dict(
		frappe.get_all(
			"Customer Statement", {"month": "2026-10"}, ["customer", "status"], as_list=True, order_by="name"
		)
	)
	assert rows == {good: "Sent", bad: "Not sent", none: "Not sent"}
	tasks = {
		task.customer: task
		for task in frappe.get_all(
			"Follow-up Task", {"reason_code": ("like", "statement_%")}, ["*"], order_by="name"
		)
	}
	assert set(tasks) == {bad, none} and all(task.allocated_to for task in tasks.values())
	assert "ada-at-nowhere" in tasks[bad].reason and "no e-mail address" in tasks[none].reason
	assert len(mails_to(good)) == 1
	assert send_statements(mailing, [bad, none, good]) == [] and len(mails_to(good)) == 1
	assert frappe.db.count("Follow-up Task", {"reason_code": ("like", "statement_%")}) == 2


def mails_to(customer):
	address = frappe.db.get_value("Customer", customer, "email_id")
	names = frappe.get_all(
		"Email Queue Recipient", {"recipient": address}, pluck="parent", order_by="creation"
	)
	return [frappe.get_doc("Email Queue", name).message for name in names]


def test_the_statement_says_what_erpnexts_says(ledger):
	invoice = ledger.invoice(80, 40)
	ledger.part(invoice, 30)
	ledger.invoice(1000, -3)
	ledger.paid_ahead(12.5)
	told = api.statement(ledger.customer, ledger.company)
	assert (told["balance"], told["ages"][:3]) == ("$ 1,037.50", ["$ 1,000.00", "$ -12.50", "$ 50.00"])
	line = next(line for line in told["lines"] if line["voucher"] == invoice.name)
	assert (line["invoiced"], line["paid"], line["owed"]) == ("$ 80.00", "$ 30.00", "$ 50.00")
	assert api.send_statement(ledger.customer, ledger.company)["sent_to"] == told["recipients"]
	(mail,) = mails_to(ledger.customer)
	assert invoice.name in mail and "1,037.50" in mail
	with pytest.raises(ReceivableRefused, match="can't go to nowhere"):
		api.send_statement(ledger.customer, ledger.company, recipient="nowhere")
	with pytest.raises(ReceivableRefused, match="nothing is open"):
		api.statement(make.customer().name, ledger.company)


def test_the_nightly_job_sends_last_months_statements_once(ledger, jobs):
	ledger.settings(send_statements=1, statement_day=1)
	ledger.invoice(80, 40)
	for _ in range(2):
		jobs_.state()
		frappe.db.commit()
		jobs.drain()
	assert len(mails_to(ledger.customer)) == 1
	last = getdate().replace(day=1) - timedelta(days=1)
	assert frappe.db.get_value("Customer Statement", {"customer": ledger.customer}, ["month", "as_of"]) == (
		f"{last:%Y-%m}",
		last,
	)


# -- reminders with a pay link


def chase(shop):
	"""An unpaid invoice whose chain, with the steps that ship, has begun."""
	data = next(data for data in read_library_data() if data["code"] == "invoice_unpaid")
	about = {"trigger": "record_submitted", "trigger_doctype": "Sales Invoice", "for_every_booking": 1}
	chain = make.chain(data["steps"], **about)
	invoice = shop.invoice()
	run = frappe.get_last_doc("Chain Run", {"chain": chain.name, "reference_name": invoice.name})
	return invoice, run


def step(run, code):
	filters = {"run": run.name, "step_code": code}
	return frappe.db.get_value("Chain Step Run", filters, ["state", "reason"], as_dict=True)


def bodies(server):
	return [mail.body for mail in server.mails()]


def test_reminders_carry_the_pay_link_and_stop_when_it_is_paid(shop, mail_server):
	invoice, run = chase(shop)
	work("pay_link")
	link = frappe.get_doc("Pay Link", {"sales_invoice": invoice.name})
	assert step(run, "pay_link").state == "Done" and (link.status, link.amount) == ("Open", 80)
	work("reminder_1_day")
	work("reminder_7_days")
	url = message_for(link)["url"]
	first, second = bodies(mail_server)
	assert url in first.replace("=\n", "") and url in second and invoice.name in first
	assert frappe.db.count("Pay Link", {"sales_invoice": invoice.name}) == 1
	shop_pays(shop, invoice, 80)
	work("reminder_14_days", "task")
	assert {step(run, code).state for code in ("reminder_14_days", "task")} == {"Skipped"}
	assert len(mail_server.mails()) == 2


def test_without_a_way_to_pay_reminders_go_without_a_link(shop, mail_server):
	invoice, run = chase(shop)
	set_settings(stripe_mode=None)
	work("pay_link")
	work("reminder_1_day")
	assert not frappe.db.exists("Pay Link", {"sales_invoice": invoice.name})
	(body,) = bodies(mail_server)
	assert "pay it here" not in body and "80" in body
	effect = frappe.get_last_doc("Chain Effect", {"run": run.name, "action": "make_pay_link"})
	assert "mode of payment for stripe_checkout is missing" in effect.summary


# -- plans


def test_plans_pause_for_an_overdue_invoice_and_go_on_when_it_is_paid(ledger, jobs):
	ledger.settings(overdue_task_days=30, suspend_plans=1)
	plan = make.service_plan(customer=ledger.customer, window_days=1)
	invoice = ledger.invoice(80, 29)
	assert follow_overdue(ledger.company) == 0
	late = ledger.invoice(50, 30)
	assert follow_overdue(ledger.company) == 1 and follow_overdue(ledger.company) == 0
	plan.reload()
	assert (plan.status, plan.suspended_for) == ("Paused", late.name)
	assert frappe.get_last_doc("Follow-up Task", {"reference_name": late.name}).reason_code == "overdue_long"
	ledger.part(invoice, 80)
	ledger.part(late, 49)
	frappe.db.commit()
	jobs.drain()
	assert plan.reload().status == "Paused"
	ledger.part(late, 1)
	frappe.db.commit()
	jobs.drain()
	plan.reload()
	assert (plan.status, plan.suspended_for) == ("Active", None)
	ledger.settings(suspend_plans=0)
	frappe.db.delete("Follow-up Task", {"reason_code": "overdue_long"})
	ledger.invoice(80, 40)
	assert follow_overdue(ledger.company) == 1 and plan.reload().status == "Active"
	ledger.settings(overdue_task_days=0)
	frappe.db.delete("Follow-up Task", {"reason_code": "overdue_long"})
	assert follow_overdue(ledger.company) == 0


def test_a_failed_payment_pauses_plans_too(shop, ring):
	set_settings(suspend_plans=1)
	plan = make.service_plan(customer=shop.customer, window_days=1)
	invoice = shop.invoice()
	link = shop.link_of(invoice)
	session = begin(link)
	shop.stripe.pay(session, paid=False)
	ring("checkout.session.completed", session)
	shop.stripe.fail(session)
	ring("checkout.session.async_payment_failed", session)
	plan.reload()
	assert (link.reload().status, plan.status, plan.suspended_for) == ("Failed", "Paused", invoice.name)
	assert resume_plans() == []
