"""The invoice of a finance charge: one row, no tax, due on its day; its text is what the rule says of each overdue invoice."""

import frappe
from frappe.model.document import Document

from ..messages import tell
from ..store.accounts import CompanyAccounts


def lay_out_charge(record: Document, item: str | None, accounts: CompanyAccounts) -> Document:
	"""An invoice that is not inserted yet."""
	invoice = frappe.new_doc("Sales Invoice")
	invoice.update(
		{
			"customer": record.customer,
			"company": record.company,
			"currency": accounts.currency,
			"conversion_rate": 1,
			"set_posting_time": 1,
			"posting_date": record.posting_date,
			"ignore_pricing_rule": 1,
			"ignore_default_payment_terms_template": 1,
			"disable_rounded_total": 1,
			"remarks": record.explanation,
		}
	)
	unit = frappe.get_cached_value("Item", item, "stock_uom") if item else "Nos"
	invoice.append(
		"items",
		{
			"item_code": item,
			"item_name": tell("charge_title", {"month": record.month}),
			"description": frappe.utils.escape_html(record.explanation).replace("\n", "<br>"),
			"qty": 1,
			"uom": unit,
			"stock_uom": unit,
			"conversion_factor": 1,
			"rate": record.total,
			"price_list_rate": record.total,
			"income_account": accounts.finance_charge_income,
			"cost_center": accounts.cost_center,
		},
	)
	invoice.set_missing_values()
	plain = {"taxes_and_charges": None, "taxes": [], "payment_schedule": [], "due_date": record.posting_date}
	invoice.update(plain)
	row = invoice.items[0]
	row.update({"income_account": accounts.finance_charge_income, "rate": record.total})
	invoice.run_method("calculate_taxes_and_totals")
	return invoice
