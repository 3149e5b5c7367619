"""Check out a completed booking as it stands: what was done and added, at the agreed prices, paid in one way."""

from dataclasses import dataclass, replace
from decimal import Decimal

import frappe
from frappe.model.document import Document

from ..core.checkout import Tender
from ..core.refusal import Refusal
from ..errors import CheckoutRefused
from ..messages import refuse
from .fill_basket import basket_of
from .lay_out_invoice import Sale, lay_out_invoice, total_of
from .post_checkout import post_checkout


@dataclass(frozen=True)
class Receipt:
	"""What a checkout has posted."""

	checkout: str
	invoice: str
	payment: str | None
	total: Decimal
	paid: Decimal
	outstanding: Decimal


def check_out_booking(
	booking: str, mode_of_payment: str | None = None, paid: Decimal | None = None
) -> Receipt:
	"""Invoice the services and what was added to them, and take the payment; `paid` None means all that is due, 0 nothing.

	Raises CheckoutRefused when the booking is not completed, has been checked out, has no price, or is overpaid.
	"""
	doc = frappe.get_doc("Service Booking", booking)
	sale = sale_of(doc)
	amount = total_of(lay_out_invoice(sale)) if paid is None else paid
	if amount:
		mode = mode_of_payment or frappe.db.get_single_value(
			"Runbook Settings", "default_mode_of_payment", cache=True
		)
		sale = replace(sale, basket=replace(sale.basket, tenders=(Tender(mode or "", amount),)))
	checkout = post_checkout(sale)
	total, owed = Decimal(str(checkout.total)), Decimal(str(checkout.owed))
	entry = next((row.voucher_no for row in checkout.payments), None)
	return Receipt(checkout.name, checkout.sales_invoice, entry, total, amount, owed)


def sale_of(booking: Document) -> Sale:
	"""What a booking sells, and its prices as they were agreed on."""
	basket = basket_of(booking)
	agreed = {line.key: line.rate for line in basket.lines if line.rate is not None}
	return Sale(booking.customer, booking.company, basket, booking.name, agreed)


def draft_invoice(booking: Document) -> Document:
	"""The invoice of a booking with rates, taxes and totals, not saved."""
	invoice = lay_out_invoice(sale_of(booking))
	return invoice or refuse(Refusal("checkout_empty", "lines"), CheckoutRefused)
