"""The invoice of a package sale, with price, taxes and totals, not saved."""

from datetime import date

import frappe
from frappe.model.document import Document

from ..core.refusal import Refusal
from ..errors import PackageRefused
from ..messages import refuse
from ..store.package_definitions import definitions_of
from ..store.prices import price_list_for
from .bill_in_own_currency import bill_in_own_currency
from .record_usage import day_or_today
from .sell_package import prepare_invoice


def draft_package_sale(
	customer: str,
	package: str,
	company: str | None = None,
	quantity: int = 1,
	price: float | None = None,
	on: date | None = None,
) -> Document:
	"""So many packages for a customer; `price` is of one package and stands, else the price list's.

	Submitting the invoice opens the packages.
	"""
	item = frappe.db.get_value("Service Package", package, "item")
	if not item:
		refuse(Refusal("package_unknown", "package", {"package": package}), PackageRefused)
	stock_uom = frappe.get_cached_value("Item", item, "stock_uom")
	units = definitions_of([item])[item].units(stock_uom)
	day = day_or_today(on)
	company = company or frappe.db.get_single_value("Runbook Settings", "company", cache=True)
	invoice = frappe.new_doc("Sales Invoice")
	invoice.update(
		{
			"customer": customer,
			"company": company,
			"posting_date": day,
			"set_posting_time": 1,
			"due_date": day,
			"selling_price_list": price_list_for(customer, company),
		}
	)
	row = invoice.append("items", {"item_code": item, "qty": units * quantity, "uom": stock_uom})
	bill_in_own_currency(invoice, PackageRefused)
	if price is not None:
		rate = price / units
		row.update({"rate": rate, "price_list_rate": rate, "discount_percentage": 0, "discount_amount": 0})
		invoice.ignore_pricing_rule = 1
	if price is None and not (row.rate or row.price_list_rate):
		refuse(Refusal("no_price", "price", {"item": item}), PackageRefused)
	invoice.set_taxes()
	prepare_invoice(invoice)
	invoice.run_method("calculate_taxes_and_totals")
	return invoice
