"""Give back what is unused of a package: credit notes on the invoices that paid it, and the payment where one is asked for."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from math import ceil

import frappe
from erpnext.accounts.doctype.payment_entry.payment_entry import get_payment_entry
from erpnext.accounts.doctype.sales_invoice.sales_invoice import make_sales_return
from frappe.model.document import Document
from frappe.utils import flt, getdate

from ..core.package_holding import Funding, Movement, UsageKind, take_funding
from ..core.package_value import NOTHING
from ..core.packages import take
from ..core.refusal import Refusal
from ..errors import PackageRefused
from ..messages import refuse
from ..store.packages import Package, package_of_row, set_voucher
from .fit_invoice import fit_return
from .post_package_entry import Posting, post_entry
from .record_usage import accounts_of, day_or_today, decided, locked, record, with_reason
from .sell_package import PackageRow, base_amount, check_posted, package_rows


@dataclass(frozen=True)
class Refund:
	"""What was given back: the row, its credit notes and payments, and the amount without tax."""

	usage: str
	credit_notes: tuple[str, ...]
	payments: tuple[str, ...]
	amount: Decimal


@dataclass(frozen=True)
class RefundWish:
	"""How much is given back: sessions or money value (neither: all that is left), for an amount (None: what was paid for it).

	What is paid for and not given back is breakage. With a mode of payment the money is paid out too.
	"""

	package: str
	reason: str
	sessions: int | None = None
	service: str | None = None
	face: Decimal | None = None
	amount: Decimal | None = None
	mode_of_payment: str | None = None
	on: date | None = None


def refund_package(wish: RefundWish) -> Refund:
	"""Refund unused sessions. Raises PackageRefused; the caller has checked permission."""
	reason, on = with_reason(wish.reason), day_or_today(wish.on)
	package = locked(wish.package)
	movement = decided(take(package.holding, UsageKind.REFUND, wish.sessions, wish.service, wish.face))
	paid = -movement.paid
	amount = paid if wish.amount is None else wish.amount
	if not NOTHING <= amount <= paid:
		refuse(Refusal("package_refund_too_much", "amount", {"amount": amount, "paid": paid}), PackageRefused)
	parts = take_funding(movement.funding, amount)
	billed = sum((part.amount for part in parts), NOTHING)
	if billed != amount:
		refuse(Refusal("package_refund_unbilled", "amount", {"billed": billed}), PackageRefused)
	usage = record(package, movement, on, reason=reason)
	notes = [
		_credit_note(part, usage, reason, on, -movement.count if len(parts) == 1 else 1) for part in parts
	]
	given = sum((credited for _name, credited in notes), NOTHING)
	names = tuple(name for name, _credited in notes)
	entry = settle_difference(package, movement, usage, given, on)
	if names:
		set_voucher(usage, "Sales Invoice", names[0])
	elif entry:
		set_voucher(usage, "Journal Entry", entry)
	payments = _pay_out(names, wish.mode_of_payment, usage, on) if wish.mode_of_payment else ()
	return Refund(usage, names, payments, given)


def settle_difference(
	package: Package, movement: Movement, usage: str, given: Decimal, on: date
) -> str | None:
	"""Post what the credit note does not say: what is kept is breakage, what was recognised too early is taken back."""
	accounts = accounts_of(package.holding.company)
	kept = -movement.value - given
	lines = ((accounts.package_liability, kept), (accounts.package_breakage_income, -kept))
	return post_entry(accounts, lines, Posting(on, usage, f"Refund of {package.name}"))


# -- credit notes


def _credit_note(part: Funding, usage: str, reason: str, on: date, sessions: int) -> tuple[str, Decimal]:
	"""A submitted credit note for a part of what an invoice row has paid; its name and the amount without tax."""
	note = make_sales_return(part.invoice)
	row = next(line for line in note.items if line.sales_invoice_item == part.row)
	remaining, highest = int(abs(row.qty)), row.rate
	note.items = [row]
	note.taxes = [tax for tax in note.taxes if tax.charge_type != "Actual"]
	note.payments = []
	note.update(_plain(note, on, usage, reason))
	needed = ceil(part.amount / Decimal(str(highest))) if highest else 1
	qty = max(needed, min(sessions, remaining), 1)
	if qty > remaining:
		_stand_alone(note, row)
	credited = fit_return(note, row, qty, part.amount, highest)
	_lower_what_is_owed(note, part.invoice)
	note.flags.package_refund = True
	note.flags.ignore_permissions = True
	note.insert()
	note.submit()
	check_posted(note, -credited)
	return note.name, credited


def _plain(note: Document, on: date, usage: str, reason: str) -> dict[str, object]:
	"""The price is agreed: no discount of the sale comes off a second time."""
	return {
		"posting_date": on,
		"set_posting_time": 1,
		"due_date": on,
		"payment_schedule": [],
		"payment_terms_template": None,
		"advances": [],
		"is_pos": 0,
		"update_stock": 0,
		"ignore_pricing_rule": 1,
		"additional_discount_percentage": 0,
		"discount_amount": 0,
		"coupon_code": None,
		"runbook_package_usage": usage,
		"remarks": reason,
	}


def _stand_alone(note: Document, row: Document) -> None:
	"""The quantity of the invoice is used up by earlier credit notes at lower rates (bonus sessions)."""
	note.return_against = None
	row.sales_invoice_item = None


def _lower_what_is_owed(note: Document, invoice: str) -> None:
	"""A credit note on an invoice that is not paid yet lowers what the customer owes on it."""
	owed = frappe.db.get_value("Sales Invoice", invoice, "outstanding_amount")
	covered = note.return_against and flt(owed) >= abs(note.rounded_total or note.grand_total)
	note.update_outstanding_for_self = int(not covered)


def _pay_out(notes: tuple[str, ...], mode: str, usage: str, on: date) -> tuple[str, ...]:
	return tuple(name for note in notes if (name := _payment(note, mode, usage, on)))


def _payment(note: str, mode: str, usage: str, on: date) -> str | None:
	doc = frappe.get_doc("Sales Invoice", note)
	if doc.outstanding_amount >= 0:
		return None
	account = frappe.db.get_value(
		"Mode of Payment Account", {"parent": mode, "company": doc.company}, "default_account"
	)
	if not account:
		values = {"mode": mode, "company": doc.company}
		refuse(Refusal("mode_without_account", "mode_of_payment", values), PackageRefused)
	entry = get_payment_entry("Sales Invoice", note, bank_account=account)
	entry.update(
		{
			"mode_of_payment": mode,
			"posting_date": on,
			"reference_no": entry.reference_no or usage,
			"reference_date": entry.reference_date or on,
			"runbook_package_usage": usage,
		}
	)
	entry.flags.ignore_permissions = True
	entry.insert()
	entry.submit()
	return entry.name


# -- credit notes that were made in ERPNext


def take_back_invoice(note: Document) -> list[str]:
	"""A credit note made by hand gives back the sessions of its rows; gives the rows written."""
	if note.flags.package_refund:
		return []
	rows = package_rows(note)
	if not rows:
		return []
	check_posted(note, sum((base_amount(note, one.row) for one in rows), NOTHING))
	return list(_taken_back(note, rows))


def _taken_back(note: Document, rows: list[PackageRow]) -> Iterator[str]:
	for one in rows:
		package = locked(_package_of(one))
		given = -base_amount(note, one.row)
		movement = decided(take(package.holding, UsageKind.REFUND, _sessions(one, package)))
		if given > -movement.paid:
			values = {"row": one.row.idx, "amount": given, "paid": -movement.paid}
			refuse(Refusal("package_return_too_much", "items", values), PackageRefused)
		paid_by = next(
			(part for part in package.holding.funding if part.invoice == note.return_against), None
		)
		if given and (paid_by is None or paid_by.amount < given):
			billed = paid_by.amount if paid_by else NOTHING
			refuse(Refusal("package_refund_unbilled", "items", {"billed": billed}), PackageRefused)
		funding = (replace(paid_by, amount=given),) if paid_by and given else ()
		day = getdate(note.posting_date)
		usage = record(
			package,
			replace(movement, funding=funding),
			day,
			voucher_type=note.doctype,
			voucher_no=note.name,
			reason=note.remarks,
		)
		settle_difference(package, movement, usage, given, day)
		yield usage


def _package_of(one: PackageRow) -> str:
	name = one.row.runbook_customer_package or package_of_row(one.row.sales_invoice_item)
	return name or refuse(Refusal("package_return_unclear", "items", {"row": one.row.idx}), PackageRefused)


def _sessions(one: PackageRow, package: Package) -> int | None:
	"""Sessions that a row gives back; None is all that is left, when the whole package goes back."""
	units = one.definition.units(one.row.uom)
	qty = abs(flt(one.row.qty))
	return None if package.holding.is_value or units == 1 or qty >= units else int(qty)
