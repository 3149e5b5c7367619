"""The invoice of a basket with rates, taxes and totals, not saved."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import flt, nowdate

from ..core.checkout import ALL, Basket, Line, Rights, check_prices
from ..core.package_value import NOTHING, to_cents
from ..core.refusal import Refusal
from ..errors import CheckoutRefused
from ..messages import refuse
from ..store.prices import price_list_for
from .bill_in_own_currency import bill_in_own_currency


@dataclass(frozen=True)
class Sale:
	"""Who buys what: the company, and the booking if there is one. `agreed`: key of a line -> its price as it was agreed on before."""

	customer: str
	company: str
	basket: Basket
	booking: str | None = None
	agreed: Mapping[str, Decimal] | None = None


def lay_out_invoice(sale: Sale, rights: Rights | None = None) -> Document | None:
	"""The invoice for what no package pays; None when that is nothing.

	Raises CheckoutRefused when a line has no price, or one that these rights don't allow.
	"""
	lines = sale.basket.invoiced
	if not lines:
		return None
	invoice = frappe.new_doc("Sales Invoice")
	invoice.update(
		{
			"customer": sale.customer,
			"company": sale.company,
			"posting_date": nowdate(),
			"due_date": nowdate(),
			"runbook_booking": sale.booking,
			"update_stock": _has_stock(lines),
			"ignore_pricing_rule": 0,
			"selling_price_list": price_list_for(sale.customer, sale.company),
		}
	)
	for line in lines:
		row = {"item_code": line.item, "qty": float(line.qty), "runbook_resource": line.resource}
		invoice.append("items", {**row, "description": line.text or None})
	bill_in_own_currency(invoice, CheckoutRefused)
	_check_rights(sale, invoice, rights)
	for row, line in zip(invoice.items, lines, strict=True):
		_set_price(row, line)
	invoice.apply_discount_on = "Grand Total"
	invoice.additional_discount_percentage = float(sale.basket.discount_percent)
	invoice.discount_amount = float(sale.basket.discount_amount)
	invoice.set_taxes()
	invoice.run_method("calculate_taxes_and_totals")
	for row, line in zip(invoice.items, lines, strict=True):
		if not row.rate and line.rate is None and line.discount != ALL:
			refuse(Refusal("no_price", "price", {"item": row.item_code}), CheckoutRefused)
	return invoice


def total_of(invoice: Document | None) -> Decimal:
	"""What the customer pays for an invoice, with tax, rounded as the business rounds."""
	return to_cents(Decimal(str(invoice.rounded_total or invoice.grand_total))) if invoice else NOTHING


def _check_rights(sale: Sale, invoice: Document, rights: Rights | None) -> None:
	if rights is None:
		return
	agreed = sale.agreed or {}
	lines = sale.basket.invoiced
	listed = {
		line.key: agreed.get(line.key) or Decimal(str(row.rate or row.price_list_rate or 0))
		for row, line in zip(invoice.items, lines, strict=True)
	}
	refusal = check_prices(sale.basket, listed, rights)
	if refusal:
		refuse(refusal, CheckoutRefused)


def _set_price(row: Document, line: Line) -> None:
	"""A rate that was agreed on stands, whatever the price list says; ERPNext's discounts are for list prices."""
	if line.rate is not None and line.rate != Decimal(str(flt(row.price_list_rate))):
		rate = float(line.rate)
		row.update({"rate": rate, "price_list_rate": rate, "discount_percentage": 0, "discount_amount": 0})
	if line.discount:
		row.update({"discount_percentage": float(line.discount), "discount_amount": 0})
		row.rate = flt(row.price_list_rate * (1 - float(line.discount) / 100), row.precision("rate"))


def _has_stock(lines: tuple[Line, ...]) -> int:
	items = [line.item for line in lines]
	return int(bool(frappe.db.exists("Item", {"name": ("in", items), "is_stock_item": 1})))
