"""Fees for missed and late cancelled visits on the site: what the ledger says after each, to the cent, and after a waiver."""

import re
from decimal import Decimal
from pathlib import Path

import frappe
import pytest
from frappe.utils import getdate, nowdate
from tests import factories as make
from tests.support.fees import DEBTORS, DEPOSITS, FEES, NO_SHOW, salon
from tests.support.packages import ago
from tests.support.trail import steps_of, task_of, work

from runbook_ops.api import checkout as till
from runbook_ops.api import fees as api
from runbook_ops.errors import BookingRefused, FeeRefused
from runbook_ops.jobs import packages as nightly
from runbook_ops.operations import change_booking
from runbook_ops.operations.charge_fee import charge_fee
from runbook_ops.operations.check_out_booking import check_out_booking
from runbook_ops.report.deposits_held.deposits_held import execute as deposits_held
from runbook_ops.workflows.resolve import resolve_task

__all__ = ["salon"]

# -- charged by the chains


def test_a_no_show_is_charged_by_itself_and_the_deposit_is_kept(salon, mail_server):
	before = salon.balances()
	visit = salon.missed(deposit=30)
	work()
	work()
	fee = salon.fee(visit)
	assert (fee.status, fee.cause, fee.fee, fee.from_deposit, fee.owed) == ("Charged", "No-show", 80, 30, 50)
	assert (fee.policy_version, fee.posting_date) == (salon.policy.current_version, getdate())
	assert "100 % of" in fee.explanation
	assert salon.ledger(fee.sales_invoice) == {DEBTORS: 80, FEES: -80}
	assert salon.moved_since(before) == {"Cash": 30, DEBTORS: 50, FEES: -80}
	assert frappe.db.get_value("Sales Invoice", fee.sales_invoice, "outstanding_amount") == 50
	assert salon.is_tied_out()
	assert api.standing(visit.name)["fee"] == fee.name
	assert {code: step.state for code, step in steps_of(visit).items()} == {
		"fee": "Done",
		"follow_up": "Done",
		"deposit": "Skipped",
		"message": "Done",
	}
	(mail,) = mail_server.mails()
	for text in ("fee of USD 80.00", "USD 30.00 of it is kept of your deposit", "Please pay USD 50.00"):
		assert text in mail.body
	with pytest.raises(FeeRefused, match=fee.name):
		charge_fee(visit.name)
	assert frappe.db.count("Sales Invoice", {"runbook_booking": visit.name}) == 1


def test_a_late_cancellation_is_charged_told_and_followed_up(salon, mail_server):
	before = salon.balances()
	visit = salon.cancelled(5.05, deposit=50)
	work()
	work()
	fee = salon.fee(visit)
	assert (fee.cause, fee.fee, fee.from_deposit, fee.owed) == ("Late cancellation", 40, 40, 0)
	assert (fee.notice_hours, fee.less_than_hours) == (5, 24)
	assert salon.moved_since(before) == {"Cash": 50, FEES: -40, DEPOSITS: -10}
	assert salon.is_tied_out()
	states = {code: step.state for code, step in steps_of(visit).items()}
	assert (states["fee"], states["tell_fee"], states["fee_follow_up"], states["deposit"]) == ("Done",) * 4
	assert "USD 40.00 of it is kept of your deposit" in mail_server.mails()[-1].body
	subjects = frappe.get_all("Follow-up Task", {"booking": visit.name}, pluck="subject")
	assert any(subject.startswith("Give back USD 10.00") for subject in subjects)
	assert frappe.db.get_value("Customer", salon.customer, "runbook_late_cancellations") == 1


@pytest.mark.parametrize(
	("hours", "by", "code"), [(25, "Customer", "fee_in_time"), (5, "Staff", "fee_cancelled_by_us")]
)
def test_what_costs_nothing_says_why_and_the_deposit_goes_back(salon, mail_server, hours, by, code):
	before = salon.balances()
	visit = salon.cancelled(hours, by, deposit=50)
	work()
	work()
	steps = steps_of(visit)
	assert (steps["fee"].state, steps["fee"].reason_code) == ("Skipped", code)
	assert (steps["tell_fee"].state, steps["deposit"].state) == ("Skipped", "Done")
	told = api.standing(visit.name)
	assert (told["deposit"], "fee" in told) == (50, False)
	done = api.give_back(visit.name, "Cash", "Cancelled in time")
	assert salon.ledger(done["payment_entry"]) == {"Cash": -50, DEPOSITS: 50}
	assert salon.moved_since(before) == {}
	assert salon.open_deposits() == 0 and salon.is_tied_out()
	assert salon.unpaid() == []
	with pytest.raises(FeeRefused, match="nothing is held"):
		api.give_back(visit.name, "Cash", "Twice")


def test_without_an_accepted_policy_nothing_is_charged(salon, mail_server):
	visit = make.booking(service=salon.cut, customer=salon.customer)
	change_booking.mark_no_show(visit.name)
	work()
	assert steps_of(visit)["fee"].reason_code == "fee_no_policy"


def test_a_changed_policy_does_not_reach_what_was_accepted_before(salon):
	visit = salon.visit()
	accepted = salon.policy.current_version
	salon.policy.fees[0].value = 10
	salon.policy.save()
	assert salon.policy.current_version != accepted
	change_booking.mark_no_show(visit.name)
	assert (charge_fee(visit.name).fee, salon.fee(visit).policy_version) == (80, accepted)
	assert charge_fee(salon.missed().name).fee == 8


def test_what_is_accepted_on_the_phone_counts_from_then_on(salon):
	visit = make.booking(service=salon.cut, customer=salon.customer)
	with pytest.raises(FeeRefused, match="none is in force"):
		api.accept(visit.name)
	salon.cut.booking_policy = salon.policy.name
	salon.cut.save()
	assert api.accept(visit.name)["policy_version"] == salon.policy.current_version
	with pytest.raises(FeeRefused, match="already"):
		api.accept(visit.name)
	assert visit.reload().policy_accepted_at
	change_booking.mark_no_show(visit.name)
	assert charge_fee(visit.name).fee == 80
	late = make.booking(service=salon.cut, customer=salon.customer)
	change_booking.mark_no_show(late.name)
	with pytest.raises(FeeRefused, match="while the visit is ahead"):
		api.accept(late.name)
	with pytest.raises(FeeRefused, match="No policy was accepted"):
		charge_fee(late.name)


def test_free_passes_of_a_year_cost_nothing_and_run_out(salon):
	policy = salon.policy_with(free_passes=1, deposit_rest="Kept for the customer")
	before = salon.balances()
	old = charge_fee(salon.missed(policy=policy).name)
	frappe.db.set_value("Booking Fee", old.name, "posting_date", ago(366))
	free = charge_fee(salon.missed(policy=policy, deposit=30).name)
	assert (old.status, free.status, free.sales_invoice) == ("Free pass", "Free pass", None)
	assert "free pass 1 of 1" in free.explanation
	assert salon.moved_since(before) == {"Cash": 30, DEPOSITS: -30}
	assert charge_fee(salon.missed(policy=policy).name).status == "Charged"
	with pytest.raises(FeeRefused, match="Free pass"):
		api.waive(free.name, "Kind")


def test_a_fee_has_no_tax_and_its_own_day(salon):
	tax = {
		"charge_type": "On Net Total",
		"account_head": salon.tax_account(),
		"description": "Tax",
		"rate": 10,
	}
	title = make.unique("Tax")
	template = make.insert(
		"Sales Taxes and Charges Template", title=title, company=salon.company, is_default=1, taxes=[tax]
	)
	make.insert(
		"Tax Rule",
		tax_type="Sales",
		customer=salon.customer,
		sales_tax_template=template.name,
		company=salon.company,
	)
	policy = salon.policy_with(fee_item=make.item(15).name)
	fee = charge_fee(salon.missed(days_ago=3, policy=policy).name)
	assert salon.ledger(fee.sales_invoice) == {DEBTORS: 80, FEES: -80}
	invoice = frappe.get_doc("Sales Invoice", fee.sales_invoice)
	assert (fee.posting_date, invoice.posting_date) == (ago(3), ago(3))
	assert invoice.items[0].item_code == policy.fee_item


# -- closed periods


def test_a_closed_period_asks_a_person_and_a_retry_posts_it_on_its_day(salon, mail_server):
	visit = salon.missed(days_ago=3)
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", ago(1))
	work("fee")
	step = steps_of(visit)["fee"]
	assert (step.state, step.reason_code) == ("Human", "action_failed")
	assert not frappe.db.exists("Booking Fee", {"booking": visit.name})
	task = task_of(step)
	assert task.allocated_to
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", None)
	resolve_task(task.name, "Retry", "opened")
	work("fee")
	assert salon.fee(visit).posting_date == ago(3)
	assert steps_of(visit)["fee"].state == "Done"


def test_a_waiver_that_a_closed_period_forbids_changes_nothing_and_asks_a_manager(salon):
	visit = salon.missed(deposit=30)
	fee = charge_fee(visit.name)
	before = salon.balances()
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", nowdate())
	told = api.waive(fee.name, "Kind")
	assert (told["credit_note"], bool(told["task"])) == (None, True)
	assert api.waive(fee.name, "Kind")["task"] == told["task"]
	assert salon.balances() == before and salon.is_tied_out()
	assert not frappe.db.exists("Unreconcile Payment", {"company": salon.company})
	assert salon.fee(visit).status == "Charged"
	frappe.db.set_single_value("Accounts Settings", "acc_frozen_upto", None)
	assert api.waive(fee.name, "Kind")["credit_note"]
	assert frappe.db.get_value("Follow-up Task", told["task"], "status") == "Done"


# -- waived


@pytest.mark.parametrize(("deposit", "paid"), [(0, 0), (100, 0), (30, 20), (0, 80)])
def test_a_waiver_takes_the_fee_back_to_the_cent_and_once(salon, deposit, paid):
	visit = salon.missed(deposit=deposit)
	before = salon.balances()
	fee = charge_fee(visit.name)
	if paid:
		salon.pay(fee.sales_invoice, paid)
	assert salon.is_tied_out()
	done = api.waive(fee.name, "First time")
	assert not done["task"], frappe.db.get_value("Follow-up Task", done["task"], "reason")
	expected = {"Cash": paid, DEBTORS: -paid} if paid else {}
	assert salon.moved_since(before) == expected
	assert done["credit"] == paid
	assert (salon.open_deposits(), api.standing(visit.name)["deposit"]) == (deposit, deposit)
	assert salon.is_tied_out()
	assert frappe.db.get_value("Sales Invoice", fee.sales_invoice, "outstanding_amount") == 0
	row = salon.fee(visit)
	assert (row.status, row.credit_note, row.waive_reason) == ("Waived", done["credit_note"], "First time")
	assert row.waived_by == "Administrator"
	with pytest.raises(FeeRefused, match="Waived"):
		api.waive(fee.name, "Again")
	with pytest.raises(FeeRefused, match=fee.name):
		charge_fee(visit.name)
	if deposit:
		api.give_back(visit.name, "Cash", "Waived")
		assert salon.open_deposits() == 0 and salon.is_tied_out()


def test_who_came_after_all_owes_no_fee_and_pays_with_the_deposit(salon):
	visit = salon.missed(deposit=30)
	fee = charge_fee(visit.name)
	change_booking.complete_booking(visit.name)
	row = salon.fee(visit)
	assert (row.status, row.waive_reason) == ("Waived", "The customer came after all")
	assert salon.balances().get(FEES) is None and salon.is_tied_out()
	receipt = check_out_booking(visit.name, "Cash", Decimal(50))
	assert (receipt.outstanding, salon.open_deposits()) == (0, 0)
	assert receipt.invoice != fee.sales_invoice


def test_who_may_waive_is_told_else(salon):
	lead = make.insert("Role", role_name=make.unique("Desk Lead")).name
	policy = salon.policy_with(waiver_role=lead)
	fee = charge_fee(salon.missed(policy=policy).name)
	other = charge_fee(salon.missed(customer=make.customer().name).name)
	frappe.set_user(make.user("Runbook Front Desk").name)
	with pytest.raises(frappe.PermissionError):
		api.waive(fee.name, "Kind")
	frappe.set_user(make.user("Runbook Technician").name)
	for denied in (
		lambda: api.waive(fee.name, "Kind"),
		lambda: api.standing(fee.booking),
		lambda: api.accept(fee.booking),
		lambda: api.give_back(fee.booking, "Cash", "Kind"),
	):
		with pytest.raises(frappe.PermissionError):
			denied()
	frappe.set_user(make.user("Runbook Front Desk", lead).name)
	assert api.standing(fee.booking)["may_waive"] is True
	assert api.standing(other.booking)["may_waive"] is False
	with pytest.raises(FeeRefused, match="say why"):
		api.waive(fee.name, " ")
	assert api.waive(fee.name, "Kind")["credit_note"]


def test_the_books_say_what_the_worked_example_says(salon):
	text = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
	events = {}
	for line in re.findall(r"^\|(.*)\|$", text.partition("## Worked example")[2], re.MULTILINE)[2:]:
		event, account, debit, credit = (cell.strip() for cell in line.split("|"))
		moves = events.setdefault(event or list(events)[-1], {})
		moves[account] = moves.get(account, 0) + Decimal(debit or 0) - Decimal(credit or 0)
	visit = salon.visit()
	steps = {
		"deposit": lambda: till.deposit(visit.name, 30, "Cash"),
		"fee": lambda: (change_booking.mark_no_show(visit.name), charge_fee(visit.name)),
		"waive": lambda: api.waive(salon.fee(visit).name, "Was in hospital"),
		"give back": lambda: api.give_back(visit.name, "Cash", "Waived"),
	}
	assert list(events) == list(steps)
	for event, step in steps.items():
		before = salon.balances()
		step()
		assert salon.moved_since(before) == events[event], event
		assert salon.is_tied_out()


# -- what is refused


def test_records_are_not_written_by_hand_and_policies_are_checked(salon):
	fee = charge_fee(salon.missed().name)
	with pytest.raises(FeeRefused):
		frappe.get_doc("Booking Fee", fee.name).save()
	with pytest.raises(FeeRefused):
		frappe.get_doc("Booking Fee", fee.name).delete()
	with pytest.raises(BookingRefused, match="row 1"):
		salon.policy_with(fees=[{**NO_SHOW, "value": 120}])
	with pytest.raises(FeeRefused, match="once it is cancelled or over"):
		api.give_back(salon.visit(deposit=5).name, "Cash", "Why not")


# -- the report


def test_deposits_held_says_what_became_of_each_and_ties_out(salon):
	forfeited, refunded, used = (
		salon.missed(deposit=30),
		salon.cancelled(deposit=20),
		salon.visit(deposit=100),
	)
	charge_fee(forfeited.name)
	api.give_back(refunded.name, "Cash", "In time")
	change_booking.complete_booking(used.name)
	check_out_booking(used.name, paid=Decimal(0))
	waived = salon.missed(deposit=15)
	api.waive(charge_fee(waived.name).name, "Kind")
	columns, rows, message, _chart, summary = deposits_held({"company": salon.company})
	figures = ("received", "used", "forfeited", "refunded", "open")
	found = {row["booking"]: tuple(row[name] for name in figures) for row in rows}
	assert found[forfeited.name] == (30, 0, 30, 0, 0)
	assert found[refunded.name] == (20, 0, 0, 20, 0)
	assert found[used.name] == (100, 80, 0, 0, 20)
	assert found[waived.name] == (15, 0, 0, 0, 15)
	assert "tie out" in message
	assert {row["label"]: row["value"] for row in summary}["Difference"] == 0
	assert {column["fieldname"] for column in columns} >= set(figures)
	open_ones = deposits_held({"company": salon.company, "only_open": 1, "customer": salon.customer})[1]
	assert {row["booking"] for row in open_ones} == {used.name, waived.name}
	nightly.tie_out()
	assert not frappe.db.exists("Follow-up Task", {"reason_code": "deposit_tie_out"})
	entry = frappe.get_doc("Payment Entry", {"runbook_booking": waived.name})
	frappe.db.set_value("Payment Entry", entry.name, "docstatus", 2)
	assert "15.00 apart" in deposits_held({"company": salon.company})[2]
	nightly.tie_out()
	nightly.tie_out()
	task = frappe.get_doc("Follow-up Task", {"reason_code": "deposit_tie_out"})
	assert "15.00 apart" in task.reason and DEPOSITS in task.reason
	assert frappe.db.count("Follow-up Task", {"reason_code": "deposit_tie_out"}) == 1
