"""Tax on fees: the template of the settings on top of the fee or inside it, what the deposit pays of it, told before, and waived with it."""

import re
from decimal import Decimal
from pathlib import Path

import frappe
import pytest
from frappe.utils import flt
from tests import factories as make
from tests.support.fees import DEBTORS, FEES, NO_SHOW, salon
from tests.support.guests import good

from runbook_ops.api import checkout as till
from runbook_ops.api import fees as api
from runbook_ops.api import public
from runbook_ops.errors import FeeRefused
from runbook_ops.operations import change_booking
from runbook_ops.operations.charge_fee import charge_fee
from runbook_ops.site_time import from_utc
from runbook_ops.store.visits import visit_token

__all__ = ["salon"]
TAX = "Tax"


def set_template(salon, rate=10, inside=0, company=None, **values):
	"""A tax template that the settings name for fees."""
	tax = {
		"charge_type": "On Net Total",
		"account_head": salon.tax_account(),
		"description": "Tax",
		"rate": rate,
		"included_in_print_rate": inside,
		**values,
	}
	template = make.insert(
		"Sales Taxes and Charges Template", title=make.unique("Fee Tax"), company=salon.company, taxes=[tax]
	)
	settings = frappe.get_doc("Runbook Settings")
	row = next(one for one in settings.company_accounts if one.company == (company or salon.company))
	row.fee_tax_template = template.name
	settings.save()


def test_tax_comes_on_top_and_the_deposit_pays_of_the_sum(salon):
	set_template(salon)
	before = salon.balances()
	visit = salon.missed(deposit=30)
	fee = charge_fee(visit.name)
	assert (fee.fee, fee.tax, fee.from_deposit, fee.owed) == (88, 8, 30, 58)
	assert "$ 8.00 tax on top, so in all $ 88.00" in fee.explanation
	assert salon.ledger(fee.sales_invoice) == {DEBTORS: 88, FEES: -80, TAX: -8}
	assert frappe.db.get_value("Sales Invoice", fee.sales_invoice, "outstanding_amount") == 58
	assert salon.moved_since(before) == {"Cash": 30, DEBTORS: 58, FEES: -80, TAX: -8}
	assert salon.is_tied_out()


def test_tax_that_the_fee_contains(salon):
	tax = "12.77"
	set_template(salon, 19, inside=1)
	fee = charge_fee(salon.missed(deposit=100).name)
	assert (fee.fee, fee.from_deposit, fee.owed) == (80, 80, 0)
	assert Decimal(str(fee.tax)) == Decimal(tax) and f"contains tax of $ {tax}" in fee.explanation
	assert salon.ledger(fee.sales_invoice) == {DEBTORS: 80, FEES: Decimal(tax) - 80, TAX: -Decimal(tax)}
	assert salon.is_tied_out()


@pytest.mark.parametrize("inside", [0, 1])
def test_what_customers_are_told_is_what_is_charged_to_the_cent(salon, inside):
	frappe.db.delete("Guest Counter")
	set_template(salon, 7, inside)
	for value in (12.5, 33.33):
		row = {
			"cause": "Late cancellation",
			"less_than_hours": 24 * 30,
			"kind": "Fixed amount",
			"value": value,
		}
		visit = salon.visit(policy=salon.policy_with(cancel_notice_hours=0, fees=[row]))
		told = good(public.visit, {"token": visit_token(visit.name, from_utc(visit.ends_at_utc))})["cancel"]
		change_booking.cancel_booking(visit.name, "Ill", "Customer")
		fee = charge_fee(visit.name)
		assert told["fee"] == f"{fee.fee:.2f}" and fee.tax > 0
		assert flt(frappe.db.get_value("Sales Invoice", fee.sales_invoice, "grand_total"), 2) == fee.fee
		words = f"contains tax of $ {fee.tax:.2f}" if inside else f"$ {fee.tax:.2f} tax on top"
		assert words in told["costs"]


@pytest.mark.parametrize(("inside", "paid"), [(0, 0), (1, 50)])
def test_a_waiver_takes_the_tax_back_too(salon, inside, paid):
	set_template(salon, inside=inside)
	visit = salon.missed(deposit=30)
	before = salon.balances()
	fee = charge_fee(visit.name)
	if paid:
		salon.pay(fee.sales_invoice, paid)
	done = api.waive(fee.name, "Kind")
	assert done["credit_note"], frappe.db.get_value("Follow-up Task", done["task"], "reason")
	assert salon.moved_since(before) == ({"Cash": paid, DEBTORS: -paid} if paid else {})
	assert salon.open_deposits() == 30 and salon.is_tied_out()


def test_a_tax_of_a_fixed_amount_is_waived_with_its_fee(salon):
	set_template(salon, rate=0, charge_type="Actual", tax_amount=3)
	before = salon.balances()
	fee = charge_fee(salon.missed().name)
	assert (fee.fee, fee.tax) == (83, 3)
	api.waive(fee.name, "Kind")
	assert salon.moved_since(before) == {}


def test_without_a_template_the_fees_item_brings_the_tax_of_its_own(salon):
	frappe.db.set_single_value("Accounts Settings", "add_taxes_from_item_tax_template", 1)
	taxes = [{"tax_type": salon.tax_account(), "tax_rate": 20}]
	own = make.insert("Item Tax Template", title=make.unique("Own"), company=salon.company, taxes=taxes)
	item = make.item()
	item.append("taxes", {"item_tax_template": own.name})
	item.save()
	policy = salon.policy_with(fees=[NO_SHOW], fee_item=item.name)
	fee = charge_fee(salon.missed(policy=policy, deposit=30).name)
	assert (fee.fee, fee.tax, fee.from_deposit, fee.owed) == (96, 16, 30, 66)
	assert salon.ledger(fee.sales_invoice) == {DEBTORS: 96, FEES: -80, TAX: -16}
	assert salon.is_tied_out()


def test_a_free_pass_bears_none_and_another_companys_template_is_refused(salon):
	set_template(salon)
	free = charge_fee(salon.missed(policy=salon.policy_with(fees=[NO_SHOW], free_passes=1)).name)
	assert (free.status, free.tax, free.sales_invoice) == ("Free pass", 0, None)
	settings = frappe.get_doc("Runbook Settings")
	row = next(one for one in settings.company_accounts if one.company == salon.company)
	frappe.db.set_value("Sales Taxes and Charges Template", row.fee_tax_template, "company", None)
	with pytest.raises(FeeRefused, match="is not one of"):
		settings.save()


def test_the_books_say_what_the_example_with_tax_says(salon):
	text = (Path(__file__).parents[2] / "docs" / "policies.md").read_text(encoding="utf-8")
	table = text.partition("## A fee with tax")[2].partition("\n## ")[0]
	events = {}
	for line in re.findall(r"^\|(.*)\|$", table, re.MULTILINE)[2:]:
		event, account, debit, credit = (cell.strip() for cell in line.split("|"))
		moves = events.setdefault(event or list(events)[-1], {})
		moves[account] = moves.get(account, 0) + Decimal(debit or 0) - Decimal(credit or 0)
	set_template(salon)
	visit = salon.visit()
	steps = {
		"deposit": lambda: till.deposit(visit.name, 30, "Cash"),
		"fee": lambda: (change_booking.mark_no_show(visit.name), charge_fee(visit.name)),
		"waive": lambda: api.waive(salon.fee(visit).name, "Was in hospital"),
	}
	assert list(events) == list(steps)
	for event, step in steps.items():
		before = salon.balances()
		step()
		assert salon.moved_since(before) == events[event], event
		assert salon.is_tied_out()
