"""The invoice of a fee, reckoned by ERPNext and not saved: what the fee comes to with the tax that the settings name."""

from datetime import date
from decimal import Decimal

import frappe
from erpnext.controllers.accounts_controller import get_taxes_and_charges
from frappe import _
from frappe.model.document import Document

from ..core.fees import Cause, FeeDue, with_tax
from ..core.package_value import to_cents
from ..core.refusal import Refusal
from ..errors import FeeRefused
from ..messages import refuse
from ..store.accounts import CompanyAccounts, load_accounts

TEMPLATE = "Sales Taxes and Charges Template"


def reckon_tax(visit: Document, day: date, due: FeeDue) -> FeeDue:
	"""The fee with its tax; where the company's settings name no tax template, as it is."""
	accounts = load_accounts(visit.company)
	if accounts is None or not accounts.fee_tax_template or due.free_pass:
		return due
	invoice = draft_fee(visit, day, due, "", accounts)
	return with_tax(due, _money(invoice.grand_total), _money(invoice.total_taxes_and_charges))


def draft_fee(visit: Document, day: date, due: FeeDue, words: str, accounts: CompanyAccounts) -> Document:
	"""The invoice; tax comes from the template of the settings and from nowhere else, and without one there is none."""
	invoice = frappe.new_doc("Sales Invoice")
	invoice.update(
		{
			"customer": visit.customer,
			"company": visit.company,
			"currency": accounts.currency,
			"conversion_rate": 1,
			"set_posting_time": 1,
			"posting_date": day,
			"due_date": day,
			"ignore_pricing_rule": 1,
			"ignore_default_payment_terms_template": 1,
			"disable_rounded_total": 1,
			"runbook_booking": visit.name,
			"remarks": words,
		}
	)
	invoice.append("items", _row(due, words, accounts))
	invoice.flags.ignore_permissions = True
	invoice.set_missing_values()
	template = accounts.fee_tax_template
	taxes = get_taxes_and_charges(TEMPLATE, template) if template else []
	invoice.update({"taxes_and_charges": template, "due_date": day, "payment_schedule": []})
	invoice.set("taxes", taxes)
	invoice.run_method("calculate_taxes_and_totals")
	return invoice


def check_fee_tax(settings: Document) -> None:
	"""Refuse a tax template of another company; raises FeeRefused."""
	for row in settings.company_accounts:
		if not row.fee_tax_template:
			continue
		if frappe.db.get_value(TEMPLATE, row.fee_tax_template, "company") != row.company:
			values = {"template": row.fee_tax_template, "company": row.company}
			refuse(Refusal("fee_tax_company", "company_accounts", values), FeeRefused)


def _row(due: FeeDue, words: str, accounts: CompanyAccounts) -> dict[str, object]:
	policy = frappe.get_cached_value("Booking Policy Version", due.version, "policy")
	item = frappe.get_cached_value("Booking Policy", policy, "fee_item")
	name = _("No-show fee") if due.cause is Cause.NO_SHOW else _("Late cancellation fee")
	unit = frappe.get_cached_value("Item", item, "stock_uom") if item else "Nos"
	amount = float(due.rule.fee(due.price))
	return {
		"item_code": item,
		"item_name": name,
		"description": words or name,
		"qty": 1,
		"uom": unit,
		"stock_uom": unit,
		"conversion_factor": 1,
		"rate": amount,
		"price_list_rate": amount,
		"income_account": accounts.no_show_fee_income,
		"cost_center": accounts.cost_center,
	}


def _money(amount: object) -> Decimal:
	return to_cents(Decimal(str(amount or 0)))
