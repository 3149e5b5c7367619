"""An invoice of one row that a rule asks for, such as a fee or a finance charge, reckoned by ERPNext and not saved, with the tax that the settings name."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import frappe
from erpnext.controllers.accounts_controller import get_taxes_and_charges
from frappe.model.document import Document

from ..core.package_value import CENT, to_cents
from ..core.refusal import Refusal
from ..errors import FeeRefused
from ..messages import refuse
from ..store.accounts import CompanyAccounts

TEMPLATE = "Sales Taxes and Charges Template"
NAMED_BY = ("fee_tax_template", "charge_tax_template")
"""The fields of a company's accounts that name a template."""


@dataclass(frozen=True)
class Bill:
	"""What is billed: the row's `item` (or none), its `title` and `description` (HTML), and its `amount`, to `income`.

	Tax comes from `template`, whose rates an Item Tax Template of the item changes; without one from the item's alone, where
	ERPNext's Accounts Settings add taxes from it; never from a company's or customer's usual template.
	"""

	customer: str
	day: date
	item: str | None
	title: str
	description: str
	amount: float
	income: str
	template: str | None
	remarks: str = ""
	booking: str | None = None


def lay_out_bill(bill: Bill, accounts: CompanyAccounts) -> Document:
	"""The invoice, in the company's currency, posted and due on its day."""
	invoice = frappe.new_doc("Sales Invoice")
	invoice.update(
		{
			"customer": bill.customer,
			"company": accounts.company,
			"currency": accounts.currency,
			"conversion_rate": 1,
			"set_posting_time": 1,
			"posting_date": bill.day,
			"due_date": bill.day,
			"ignore_pricing_rule": 1,
			"ignore_default_payment_terms_template": 1,
			"disable_rounded_total": 1,
			"runbook_booking": bill.booking,
			"remarks": bill.remarks,
		}
	)
	invoice.append("items", _row(bill, accounts))
	invoice.flags.ignore_permissions = True
	invoice.set_missing_values()
	invoice.items[0].update({"income_account": bill.income, "rate": bill.amount})
	taxes = get_taxes_and_charges(TEMPLATE, bill.template) if bill.template else []
	invoice.update({"taxes_and_charges": bill.template, "due_date": bill.day, "payment_schedule": []})
	invoice.set("taxes", taxes)
	invoice.set_taxes_and_charges()
	invoice.run_method("calculate_taxes_and_totals")
	return invoice


def may_bear_tax(item: str | None, template: str | None) -> bool:
	"""Whether a bill of this item could bear tax at all, so that it has to be reckoned."""
	return bool(template or (item and frappe.db.exists("Item Tax", {"parenttype": "Item", "parent": item})))


def whole_of(invoice: Document, coin: Decimal = CENT) -> tuple[Decimal, Decimal]:
	"""What the customer is asked for with its tax, and the tax that is contained in that."""
	return _money(invoice.grand_total, coin), _money(invoice.total_taxes_and_charges, coin)


def check_tax_templates(settings: Document) -> None:
	"""Refuse a tax template of another company; raises FeeRefused."""
	for row in settings.company_accounts:
		for template in filter(None, map(row.get, NAMED_BY)):
			if frappe.db.get_value(TEMPLATE, template, "company") != row.company:
				values = {"template": template, "company": row.company}
				refuse(Refusal("fee_tax_company", "company_accounts", values), FeeRefused)


def _row(bill: Bill, accounts: CompanyAccounts) -> dict[str, object]:
	unit = frappe.get_cached_value("Item", bill.item, "stock_uom") if bill.item else "Nos"
	return {
		"item_code": bill.item,
		"item_name": bill.title,
		"description": bill.description,
		"qty": 1,
		"uom": unit,
		"stock_uom": unit,
		"conversion_factor": 1,
		"rate": bill.amount,
		"price_list_rate": bill.amount,
		"income_account": bill.income,
		"cost_center": accounts.cost_center,
	}


def _money(amount: object, coin: Decimal) -> Decimal:
	return to_cents(Decimal(str(amount or 0)), coin)
