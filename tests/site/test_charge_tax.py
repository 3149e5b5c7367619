"""Tax on finance charges: on top or inside as the template of the settings says, by the item's own template, or none; in the ledger and in words."""

from decimal import Decimal

import frappe
import pytest
from tests import factories as make
from tests.support.receivables import ledger

from runbook_ops.errors import FeeRefused
from runbook_ops.operations.charge_overdue import Turn, charge_overdue
from runbook_ops.store.accounts import load_accounts

__all__ = ["ledger"]
MONTH = "2026-11"
INCOME, TAX = "Finance Charge Income", "Tax"


def template(ledger, rate=10, inside=0, **values):
	"""A tax template of the company's."""
	tax = {
		"charge_type": "On Net Total",
		"account_head": ledger.tax_account(),
		"description": "Tax",
		"rate": rate,
		"included_in_print_rate": inside,
	}
	values = {"title": make.unique("Charge Tax"), "company": ledger.company, "taxes": [tax], **values}
	return make.insert("Sales Taxes and Charges Template", **values).name


def charge(ledger, tax_template=None, **values):
	"""The charge for 80 that are 40 days overdue: 1.5 percent a month, at least so much."""
	settings = frappe.get_doc("Runbook Settings")
	row = next(one for one in settings.company_accounts if one.company == ledger.company)
	row.charge_tax_template = tax_template
	settings.update(
		{
			"finance_charge": "Percent a month",
			"finance_charge_value": 1.5,
			"finance_charge_grace": 30,
			"finance_charge_minimum": 0,
			"finance_charge_submit": 1,
			**values,
		}
	)
	settings.save()
	ledger.invoice(80, 40)
	return charge_overdue(Turn(ledger.company, ledger.customer, MONTH))


def whole(invoice):
	return frappe.db.get_value("Sales Invoice", invoice, ["docstatus", "grand_total", "outstanding_amount"])


def test_tax_comes_on_top_of_the_least_charge(ledger):
	made = charge(ledger, template(ledger), finance_charge_minimum=5)
	assert (made.total, made.raised, made.tax, made.to_pay) == (5, 3.8, 0.5, 5.5)
	assert made.explanation.endswith("$ 5.00.\n$ 0.50 tax on top, so in all $ 5.50.")
	assert ledger.ledger(made.sales_invoice) == {
		"Debtors": Decimal("5.5"),
		INCOME: -5,
		TAX: Decimal("-0.5"),
	}
	assert whole(made.sales_invoice) == (1, 5.5, 5.5)
	row = frappe.get_doc("Sales Invoice", made.sales_invoice).items[0]
	assert (row.rate, row.net_amount) == (5, 5) and "<br>$ 0.50 tax on top" in row.description
	assert ledger.erpnext()[ledger.customer][5] == Decimal("85.5")


def test_tax_that_the_charge_contains(ledger):
	made = charge(ledger, template(ledger, 19, inside=1), finance_charge_value=10)
	assert (made.total, made.tax, made.to_pay) == (8, 1.28, 8)
	assert made.explanation.endswith("It contains tax of $ 1.28.")
	assert ledger.ledger(made.sales_invoice) == {
		"Debtors": 8,
		INCOME: Decimal("-6.72"),
		TAX: Decimal("-1.28"),
	}


@pytest.mark.parametrize("added", [1, 0])
def test_without_a_template_the_items_own_brings_its_tax_where_erpnext_adds_it(ledger, added):
	frappe.db.set_single_value("Accounts Settings", "add_taxes_from_item_tax_template", added)
	taxes = [{"tax_type": ledger.tax_account(), "tax_rate": 20}]
	own = make.insert("Item Tax Template", title=make.unique("Own"), company=ledger.company, taxes=taxes)
	item = make.item()
	item.append("taxes", {"item_tax_template": own.name})
	item.save()
	made = charge(ledger, finance_charge_item=item.name)
	taxed = {"Debtors": Decimal("1.44"), INCOME: Decimal("-1.2"), TAX: Decimal("-0.24")}
	plain = {"Debtors": Decimal("1.2"), INCOME: Decimal("-1.2")}
	assert ledger.ledger(made.sales_invoice) == (taxed if added else plain)
	assert (made.tax, made.to_pay) == ((0.24, 1.44) if added else (0, 1.2))


def test_without_any_there_is_none_though_the_company_has_a_usual_one(ledger):
	template(ledger, is_default=1)
	made = charge(ledger)
	assert ledger.ledger(made.sales_invoice) == {"Debtors": Decimal("1.2"), INCOME: Decimal("-1.2")}
	assert (made.tax, made.to_pay) == (0, 1.2) and "tax" not in made.explanation
	assert load_accounts(ledger.company).charge_tax_template is None


def test_another_companys_template_is_refused(ledger):
	theirs = template(ledger)
	frappe.db.set_value("Sales Taxes and Charges Template", theirs, "company", None)
	with pytest.raises(FeeRefused, match=f"{theirs} is not one of {ledger.company}"):
		charge(ledger, theirs)
