"""Check out a completed booking: ERPNext's Sales Invoice and Payment Entry, and the booking that knows them."""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document
from frappe.utils import flt, getdate, nowdate

from ..core.booking import BookingStatus
from ..core.refusal import Refusal
from ..errors import CheckoutRefused
from ..messages import refuse
from ..store.prices import price_list_for
from .price_visit import item_of


@dataclass(frozen=True)
class Receipt:
	"""What a checkout has posted."""

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
	doc = frappe.get_doc("Service Booking", booking, for_update=True)
	_check(doc)
	invoice = _invoice(doc)
	total = Decimal(str(invoice.rounded_total or invoice.grand_total))
	amount = total if paid is None else paid
	if amount > total:
		refuse(Refusal("paid_too_much", "paid", {"paid": amount, "total": total}), CheckoutRefused)
	payment = _pay(invoice, doc, mode_of_payment, amount) if amount else None
	doc.db_set("sales_invoice", invoice.name, update_modified=False)
	invoice.reload()
	return Receipt(invoice.name, payment, total, amount, Decimal(str(invoice.outstanding_amount)))


@dataclass(frozen=True)
class ServiceLine:
	"""A service of a visit as the invoice has it; no rate means the price list's."""

	item: str
	qty: float
	rate: float | None
	description: str


def service_lines(booking: Document) -> list[ServiceLine]:
	"""A line for each service of the visit; for a class one with the seats, unless their price can't be split to the cent."""
	day = getdate(booking.starts_at)
	if booking.services:
		return [
			ServiceLine(item_of(row.service, row.variant), 1, row.price, f"{row.service}, {day}")
			for row in booking.services
		]
	seats = booking.seats or 1 if booking.class_session else 1
	item, text = item_of(booking.service), f"{booking.service}, {day}"
	rate = flt(booking.price) / seats
	if seats > 1 and flt(rate, 2) * seats != flt(booking.price, 2):
		return [ServiceLine(item, 1, booking.price, f"{text}, {seats} x")]
	return [ServiceLine(item, seats, rate, text)]


def _check(booking: Document) -> None:
	if booking.status != BookingStatus.COMPLETED:
		refuse(Refusal("not_checked_out_yet", "status", {"status": booking.status}), CheckoutRefused)
	if (
		booking.sales_invoice
		and frappe.db.get_value("Sales Invoice", booking.sales_invoice, "docstatus", for_update=True) == 1
	):
		refuse(Refusal("checked_out_already", None, {"invoice": booking.sales_invoice}), CheckoutRefused)


def draft_invoice(booking: Document) -> Document:
	"""The invoice of a booking with rates, taxes and totals, not saved."""
	invoice = frappe.new_doc("Sales Invoice")
	invoice.update(
		{
			"customer": booking.customer,
			"company": booking.company,
			"posting_date": nowdate(),
			"due_date": nowdate(),
			"runbook_booking": booking.name,
			"update_stock": _has_stock(booking),
			"ignore_pricing_rule": 0,
			"selling_price_list": price_list_for(booking.customer, booking.company),
		}
	)
	for line in service_lines(booking):
		_add(invoice, line.item, line.qty, line.rate, line.description)
	for row in booking.items:
		_add(invoice, row.item, row.qty, row.rate, row.description)
	invoice.set_missing_values()
	_keep_rates(invoice)
	invoice.set_taxes()
	invoice.calculate_taxes_and_totals()
	return invoice


def _invoice(booking: Document) -> Document:
	invoice = draft_invoice(booking)
	for row in invoice.items:
		if not row.rate:
			refuse(Refusal("no_price", "price", {"item": row.item_code}), CheckoutRefused)
	invoice.insert()
	invoice.submit()
	return invoice


def _add(invoice: Document, item: str, qty: float, rate: float | None, description: str | None) -> None:
	row = invoice.append("items", {"item_code": item, "qty": qty or 1, "description": description})
	if rate:
		row.flags.agreed_rate = flt(rate)


def _keep_rates(invoice: Document) -> None:
	"""A rate that was agreed with the customer stands, whatever the price list says; ERPNext's discounts are for list prices."""
	for row in invoice.items:
		agreed = row.flags.get("agreed_rate")
		if agreed and agreed != flt(row.price_list_rate):
			row.update(
				{"rate": agreed, "price_list_rate": agreed, "discount_percentage": 0, "discount_amount": 0}
			)


def _has_stock(booking: Document) -> int:
	items = [row.item for row in booking.items]
	return int(bool(items and frappe.db.exists("Item", {"name": ("in", items), "is_stock_item": 1})))


def _pay(invoice: Document, booking: Document, mode: str | None, amount: Decimal) -> str:
	mode = mode or frappe.db.get_single_value("Runbook Settings", "default_mode_of_payment", cache=True)
	account = frappe.db.get_value(
		"Mode of Payment Account", {"parent": mode, "company": booking.company}, "default_account"
	)
	if not account:
		values = {"mode": mode or "", "company": booking.company}
		refuse(Refusal("mode_without_account", "mode_of_payment", values), CheckoutRefused)
	entry = get_payment_entry("Sales Invoice", invoice.name, party_amount=float(amount), bank_account=account)
	entry.mode_of_payment = mode
	entry.runbook_booking = booking.name
	entry.reference_no = entry.reference_no or booking.name
	entry.reference_date = entry.reference_date or nowdate()
	entry.insert()
	entry.submit()
	return entry.name
