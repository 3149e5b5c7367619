"""Post a checkout in one transaction: packages redeemed, the invoice with its deposits, the payments with tips, and the record of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from frappe.model.document import Document
from frappe.utils import nowdate

from ..core.booking import BookingStatus
from ..core.checkout import Line, Paid, Rights, Settlement, check_basket, settle
from ..core.refusal import Refusal
from ..errors import CheckoutRefused
from ..messages import refuse
from ..store.accounts import CompanyAccounts, load_accounts
from ..store.checkouts import Mode, checkout_with_key, deposits_of, modes_of
from ..store.packages import lock_package
from ..store.prices import load_prices
from .apply_deposits import apply_deposits
from .lay_out_invoice import Sale, lay_out_invoice, total_of
from .redeem_session import Redemption, redeem_session

NOTHING = Decimal(0)


@dataclass(frozen=True)
class Redeemed:
	"""What a package gave for a line: the row of its history, and what is left of it in words."""

	usage: str
	left: str


def post_checkout(sale: Sale, rights: Rights | None = None, key: str | None = None) -> Document:
	"""The record of the checkout; the same key posts once and is answered with the same record.

	Raises CheckoutRefused or PackageRefused with nothing posted. The caller has checked permission.
	"""
	refusal = check_basket(sale.basket)
	if refusal:
		refuse(refusal, CheckoutRefused)
	booking = frappe.get_doc("Service Booking", sale.booking, for_update=True) if sale.booking else None
	known = checkout_with_key(key)
	if known:
		return _posted(known)
	if booking:
		_check_booking(booking)
	accounts = load_accounts(sale.company)
	modes = _modes(sale)
	invoice = lay_out_invoice(sale, rights)
	redeemed = {line.key: _redeem(sale, line) for line in sale.basket.redeemed}
	deposit = _submit(invoice, sale, accounts) if invoice else NOTHING
	due = total_of(invoice) - deposit
	settlement = settle(due, sale.basket.tipped, sale.basket.tenders)
	if isinstance(settlement, Refusal):
		refuse(settlement, CheckoutRefused)
	if sale.basket.tips and not (accounts and accounts.tips_payable):
		refuse(Refusal("tips_without_account", "tips", {"company": sale.company}), CheckoutRefused)
	vouchers = [_pay(sale, invoice, modes[paid.mode], paid, accounts) for paid in settlement.payments]
	checkout = _record(sale, invoice, redeemed, settlement, vouchers, deposit, key)
	if booking:
		values = {"checkout": checkout.name, "sales_invoice": invoice and invoice.name}
		booking.db_set(values, update_modified=False)
	return checkout


def _posted(name: str) -> Document:
	"""What was posted under the key before; a transaction that looked earlier than that has to begin anew."""
	try:
		return frappe.get_doc("Checkout", name)
	except frappe.DoesNotExistError as unseen:
		raise frappe.QueryDeadlockError(f"{name} was posted a moment ago") from unseen


def _check_booking(booking: Document) -> None:
	"""Whether the booking is to be checked out; it is locked, so that of two cashiers one comes second."""
	if booking.status != BookingStatus.COMPLETED:
		refuse(Refusal("not_checked_out_yet", "status", {"status": booking.status}), CheckoutRefused)
	posted = (
		booking.sales_invoice
		and frappe.db.get_value("Sales Invoice", booking.sales_invoice, "docstatus", for_update=True) == 1
	)
	if posted or (booking.checkout and not booking.sales_invoice):
		about = {"invoice": booking.sales_invoice or booking.checkout}
		refuse(Refusal("checked_out_already", None, about), CheckoutRefused)


def _modes(sale: Sale) -> Mapping[str, Mode]:
	wanted = {tender.mode for tender in sale.basket.tenders}
	known = modes_of(sale.company, wanted) if wanted else {}
	for name in sorted(wanted):
		if name not in known or not known[name].account:
			values = {"mode": name, "company": sale.company}
			refuse(Refusal("mode_without_account", "mode_of_payment", values), CheckoutRefused)
	return known


# -- packages


def _redeem(sale: Sale, line: Line) -> Redeemed:
	package = lock_package(line.redeem or "")
	amount = _price(sale, line) if package and package.holding.is_value else None
	usage = redeem_session(
		Redemption(
			package=line.redeem or "",
			service=line.service,
			customer=sale.customer,
			booking=sale.booking,
			line=line.key,
			amount=amount,
			key=None,
		)
	)
	after = lock_package(line.redeem or "")
	if after is None:
		raise AssertionError(line.redeem)
	holding = after.holding
	left = f"{float(holding.face):g}" if holding.is_value else str(len(holding.sessions))
	return Redeemed(usage, left)


def _price(sale: Sale, line: Line) -> Decimal:
	found = line.rate
	if found is None:
		found = load_prices({line.item}, sale.customer, sale.company, frappe.utils.getdate()).get(line.item)
	if not found:
		refuse(Refusal("no_price", "price", {"item": line.item}), CheckoutRefused)
	return found * (1 - line.discount / 100)


# -- the invoice


def _submit(invoice: Document, sale: Sale, accounts: CompanyAccounts | None) -> Decimal:
	"""Submit the invoice with the deposits of its booking; gives how much of them it used."""
	used = NOTHING
	if sale.basket.uses_deposit and accounts:
		deposits = deposits_of(sale.booking, sale.customer, accounts)
		used = apply_deposits(invoice, deposits, total_of(invoice), accounts)
	invoice.insert()
	invoice.submit()
	return used


# -- payments


def _pay(
	sale: Sale, invoice: Document | None, mode: Mode, paid: Paid, accounts: CompanyAccounts | None
) -> tuple[str, str]:
	"""Doctype and name of what books a payment; a tip beside an invoice is in the same Payment Entry."""
	if invoice is None or not paid.invoice:
		return "Journal Entry", _tip_alone(sale, mode, paid, accounts)
	entry = get_payment_entry(
		"Sales Invoice", invoice.name, party_amount=float(paid.invoice), bank_account=mode.account
	)
	entry.update(
		{
			"mode_of_payment": mode.name,
			"runbook_booking": sale.booking,
			"reference_no": paid.reference or entry.reference_no or sale.booking or invoice.name,
			"reference_date": entry.reference_date or nowdate(),
		}
	)
	if paid.tip and accounts:
		entry.paid_amount = entry.received_amount = float(paid.invoice + paid.tip)
		tip = {"account": accounts.tips_payable, "cost_center": _cost_center(sale, accounts)}
		entry.append("deductions", {**tip, "amount": -float(paid.tip), "description": frappe._("Tip")})
	entry.insert()
	entry.submit()
	return "Payment Entry", entry.name


def _tip_alone(sale: Sale, mode: Mode, paid: Paid, accounts: CompanyAccounts | None) -> str:
	"""A tip where nothing is to be paid on an invoice."""
	if accounts is None:
		raise AssertionError("tips are refused without accounts")
	entry = frappe.new_doc("Journal Entry")
	entry.update(
		{
			"voucher_type": "Journal Entry",
			"company": sale.company,
			"posting_date": nowdate(),
			"user_remark": frappe._("Tip"),
			"cheque_no": paid.reference or sale.booking or sale.customer,
			"cheque_date": nowdate(),
			"runbook_booking": sale.booking,
		}
	)
	center = _cost_center(sale, accounts)
	amount = float(paid.tip)
	entry.append(
		"accounts", {"account": mode.account, "debit_in_account_currency": amount, "cost_center": center}
	)
	entry.append(
		"accounts",
		{"account": accounts.tips_payable, "credit_in_account_currency": amount, "cost_center": center},
	)
	entry.flags.ignore_permissions = True
	entry.insert()
	entry.submit()
	return entry.name


def _cost_center(sale: Sale, accounts: CompanyAccounts) -> str | None:
	return accounts.cost_center or frappe.get_cached_value("Company", sale.company, "cost_center")


# -- the record


def _record(
	sale: Sale,
	invoice: Document | None,
	redeemed: Mapping[str, Redeemed],
	settlement: Settlement,
	vouchers: list[tuple[str, str]],
	deposit: Decimal,
	key: str | None,
) -> Document:
	basket = sale.basket
	rows = dict(zip((line.key for line in basket.invoiced), invoice.items if invoice else (), strict=True))
	checkout = frappe.new_doc("Checkout")
	checkout.update(
		{
			"customer": sale.customer,
			"customer_name": frappe.get_cached_value("Customer", sale.customer, "customer_name"),
			"booking": sale.booking,
			"company": sale.company,
			"currency": frappe.get_cached_value("Company", sale.company, "default_currency"),
			"posting_date": nowdate(),
			"sales_invoice": invoice and invoice.name,
			"total": float(total_of(invoice)),
			"deposit": float(deposit),
			"tip_total": float(basket.tipped),
			"change_given": float(settlement.change),
			"owed": float(settlement.owed),
			"idempotency_key": key,
		}
	)
	for line in basket.lines:
		checkout.append("lines", _line(line, rows.get(line.key), redeemed.get(line.key)))
	for tip in basket.tips:
		checkout.append("tips", {"resource": tip.resource, "amount": float(tip.amount)})
	for paid, (doctype, name) in zip(settlement.payments, vouchers, strict=True):
		checkout.append(
			"payments",
			{
				"mode_of_payment": paid.mode,
				"amount": float(paid.invoice + paid.tip),
				"tip": float(paid.tip),
				"reference": paid.reference,
				"voucher_type": doctype,
				"voucher_no": name,
			},
		)
	checkout.flags.by_engine = True
	checkout.flags.ignore_permissions = True
	checkout.insert()
	return checkout


def _line(line: Line, row: Document | None, redeemed: Redeemed | None) -> dict[str, object]:
	return {
		"kind": line.kind.value,
		"item": line.item,
		"text": line.text or line.service or (row.item_name if row else line.item),
		"resource": line.resource,
		"qty": float(line.qty),
		"amount": row.net_amount if row else 0,
		"service": line.service,
		"customer_package": line.redeem,
		"package_usage": redeemed and redeemed.usage,
		"package_left": redeemed and redeemed.left,
		"invoice_row": row and row.name,
	}
