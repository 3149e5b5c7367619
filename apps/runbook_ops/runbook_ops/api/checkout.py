"""The checkout for the desk and for programs: open, look at the bill, post, undo; and deposits."""

from dataclasses import replace
from decimal import Decimal, InvalidOperation

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from ..core.basket_input import Unreadable, names_in, read_basket
from ..core.checkout import check_basket, settle
from ..core.refusal import Refusal
from ..errors import CheckoutRefused
from ..messages import refuse, tell
from ..operations.check_out_booking import sale_of
from ..operations.lay_out_invoice import Sale, lay_out_invoice, total_of
from ..operations.open_checkout import open_checkout, payable_by, rights_of_user, sold_as
from ..operations.post_checkout import post_checkout
from ..operations.take_deposit import take_deposit
from ..operations.undo_checkout import undo_checkout
from ..store.accounts import load_accounts
from ..store.checkouts import deposits_of, modes_of
from .retry import retried


@frappe.whitelist(methods=["GET", "POST"])
def start(booking: str | None = None, customer: str | None = None) -> dict:
	"""What a checkout starts with, of a booking or of a customer who walks in."""
	frappe.has_permission("Sales Invoice", "create", throw=True)
	visit = _visit(booking)
	return open_checkout(_customer(customer, visit), _company(visit), visit)


@frappe.whitelist(methods=["GET", "POST"])
def bill(basket: str | dict, booking: str | None = None, customer: str | None = None) -> dict:
	"""What a basket comes to, nothing is written: `lines` (key, amount before tax), `taxes`, `total`, `deposit`, `due`, `change`, `owed`,
	`packages` (key -> packages that could pay the line). What is wrong with payments so far is told as `problem`."""
	frappe.has_permission("Sales Invoice", "create", throw=True)
	visit = _visit(booking)
	sale = _sale(basket, visit, customer)
	refusal = check_basket(sale.basket)
	if refusal:
		refuse(refusal, CheckoutRefused)
	invoice = lay_out_invoice(sale, rights_of_user())
	total, accounts = total_of(invoice), load_accounts(sale.company)
	deposits = deposits_of(sale.booking, sale.customer, accounts)
	deposit = min(total, sum((one.left for one in deposits), Decimal(0))) if sale.basket.uses_deposit else 0
	outcome = settle(total - deposit, sale.basket.tipped, sale.basket.tenders)
	problem = tell(outcome.code, dict(outcome.values)) if isinstance(outcome, Refusal) else None
	day = getdate(visit.starts_at) if visit else getdate()
	rows = zip(sale.basket.invoiced, invoice.items if invoice else (), strict=True)
	return {
		"lines": [
			{"key": line.key, "rate": row.rate, "amount": row.amount, "listed": row.price_list_rate}
			for line, row in rows
		],
		"net": invoice.net_total if invoice else 0,
		"discount": invoice.discount_amount if invoice else 0,
		"taxes": [
			{"text": tax.description, "amount": tax.tax_amount_after_discount_amount}
			for tax in (invoice.taxes if invoice else ())
		],
		"total": float(total),
		"tips": float(sale.basket.tipped),
		"deposit": float(deposit),
		"due": float(total - deposit + sale.basket.tipped),
		"change": 0 if isinstance(outcome, Refusal) else float(outcome.change),
		"owed": 0 if isinstance(outcome, Refusal) else float(outcome.owed),
		"problem": problem,
		"packages": payable_by(sale.basket.lines, sale.customer, sale.company, day),
	}


@frappe.whitelist(methods=["POST"])
@retried
def post(basket: str | dict, key: str, booking: str | None = None, customer: str | None = None) -> dict:
	"""Check out; the same `key` posts once. Gives the checkout's number, its vouchers, change and what stays owed."""
	frappe.has_permission("Sales Invoice", "submit", throw=True)
	frappe.has_permission("Payment Entry", "submit", throw=True)
	visit = _visit(booking)
	if not key or len(key) > 140:
		refuse(Refusal("basket_missing", "key", {"field": "key"}), CheckoutRefused)
	checkout = post_checkout(_sale(basket, visit, customer), rights_of_user(), key)
	return {
		"checkout": checkout.name,
		"sales_invoice": checkout.sales_invoice,
		"payments": [row.voucher_no for row in checkout.payments],
		"total": checkout.total,
		"change": checkout.change_given,
		"owed": checkout.owed,
	}


@frappe.whitelist(methods=["POST"])
@retried
def undo(checkout: str, reason: str) -> dict:
	"""Undo a checkout by a credit note; what was paid goes back the way it came."""
	frappe.has_permission("Checkout", "read", checkout, throw=True)
	frappe.has_permission("Sales Invoice", "submit", throw=True)
	frappe.has_permission("Payment Entry", "submit", throw=True)
	done = undo_checkout(checkout, reason)
	return {
		"credit_note": done.credit_note,
		"payments": list(done.payments),
		"credit": float(done.credit),
	}


@frappe.whitelist(methods=["POST"])
@retried
def deposit(booking: str, amount: str | float, mode_of_payment: str, reference: str | None = None) -> dict:
	"""Take a deposit for a booking that is still ahead; gives the Payment Entry."""
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	frappe.has_permission("Payment Entry", "submit", throw=True)
	try:
		paid = Decimal(str(amount))
	except InvalidOperation:
		paid = Decimal(0)
	return {
		"payment_entry": take_deposit(
			booking, paid if paid.is_finite() else Decimal(0), mode_of_payment, reference
		)
	}


def _visit(booking: str | None) -> Document | None:
	if not booking:
		return None
	frappe.has_permission("Service Booking", "write", booking, throw=True)
	return frappe.get_doc("Service Booking", booking)


def _customer(customer: str | None, visit: Document | None) -> str:
	name = visit.customer if visit else customer
	if not name or not frappe.db.exists("Customer", name):
		refuse(Refusal("unknown_customer", "customer", {"customer": name or ""}), CheckoutRefused)
	frappe.has_permission("Customer", "read", name, throw=True)
	return name


def _company(visit: Document | None) -> str:
	return visit.company if visit else frappe.db.get_single_value("Runbook Settings", "company", cache=True)


def _sale(basket: str | dict, visit: Document | None, customer: str | None) -> Sale:
	data = frappe.parse_json(basket) if isinstance(basket, str) else basket
	try:
		items = sold_as(names_in(data))
		cash = [mode.name for mode in modes_of(_company(visit)).values() if mode.is_cash]
		own = sale_of(visit) if visit else None
		found = read_basket(data, items, cash, {line.key: line for line in own.basket.lines} if own else {})
	except Unreadable as unreadable:
		refuse(unreadable.refusal, CheckoutRefused)
	if own:
		return replace(own, basket=found)
	return Sale(_customer(customer, None), _company(None), found)
