"""Packages for programs and the desk: set up accounts, sell, redeem, extend, transfer, upgrade, refund, expire, reverse."""

import frappe
from frappe.utils import cint

from ..operations.draft_package_sale import draft_package_sale
from ..operations.expire_packages import expire_package
from ..operations.extend_package import extend_package
from ..operations.redeem_session import Redemption, redeem_session
from ..operations.refund_package import RefundWish, refund_package
from ..operations.reverse_usage import reverse_usage
from ..operations.set_up_accounts import set_up_accounts
from ..operations.transfer_package import transfer_package
from ..operations.upgrade_package import upgrade_package
from ..store.packages import read_history
from .inputs import to_amount, to_day, to_day_or_none
from .retry import retried


@frappe.whitelist(methods=["POST"])
def set_up(company: str | None = None) -> dict:
	"""Make or find the accounts of one company, or of all; gives company, field, account. Safe to repeat."""
	frappe.has_permission("Runbook Settings", "write", throw=True)
	frappe.has_permission("Account", "create", throw=True)
	return set_up_accounts(company)


@frappe.whitelist(methods=["POST"])
def sell(
	customer: str,
	package: str,
	company: str | None = None,
	quantity: int = 1,
	price: str | float | None = None,
) -> dict:
	"""A draft Sales Invoice for so many packages; submitting it opens them. `price` is of one package, before tax."""
	frappe.has_permission("Sales Invoice", "create", throw=True)
	agreed = to_amount(price, "price")
	invoice = draft_package_sale(
		customer, package, company, quantity, None if agreed is None else float(agreed)
	)
	invoice.insert()
	return {
		"sales_invoice": invoice.name,
		"total": invoice.rounded_total or invoice.grand_total,
		"currency": invoice.currency,
	}


@frappe.whitelist(methods=["POST"])
@retried
def redeem(
	package: str,
	service: str | None = None,
	booking: str | None = None,
	customer: str | None = None,
	on: str | None = None,
	amount: str | float | None = None,
	cost_center: str | None = None,
	key: str | None = None,
	line: str = "",
	reason: str | None = None,
) -> dict:
	"""Use one session for a service, or an amount of a money value; the same `key`, or booking and `line`, once."""
	_may_use(package)
	usage = redeem_session(
		Redemption(
			package=package,
			service=service,
			customer=customer,
			booking=booking,
			line=line,
			on=to_day_or_none(on, "on"),
			amount=to_amount(amount, "amount"),
			cost_center=cost_center,
			key=key,
			reason=reason,
		)
	)
	return {"usage": usage, **_told(package)}


@frappe.whitelist(methods=["POST"])
@retried
def extend(package: str, until: str, reason: str, on: str | None = None) -> dict:
	"""Let a package be used until a later day; a lapsed one comes back to life."""
	_may_use(package)
	usage = extend_package(package, to_day(until, "until"), reason, to_day_or_none(on, "on"))
	return {"usage": usage, **_told(package)}


@frappe.whitelist(methods=["POST"])
@retried
def transfer(
	package: str, to: str, reason: str, sessions: int | None = None, amount: str | float | None = None
) -> dict:
	"""Give a package, or so many sessions of it, to another customer; gives their `new_package`."""
	_may_use(package)
	frappe.has_permission("Customer", "read", to, throw=True)
	new = transfer_package(package, to, reason, cint(sessions) or None, to_amount(amount, "amount"))
	return {"new_package": new, **_told(package)}


@frappe.whitelist(methods=["POST"])
@retried
def upgrade(package: str, to: str, reason: str) -> dict:
	"""Move the customer to a larger package and invoice the difference."""
	_may_use(package)
	done = upgrade_package(package, to, reason)
	return {"new_package": done.package, "sales_invoice": done.sales_invoice, **_told(package)}


@frappe.whitelist(methods=["POST"])
@retried
def refund(
	package: str,
	reason: str,
	sessions: int | None = None,
	service: str | None = None,
	face: str | float | None = None,
	amount: str | float | None = None,
	mode_of_payment: str | None = None,
) -> dict:
	"""Give back unused sessions by a credit note, and pay the money out when a mode of payment is given.

	Money leaves the business: only who may change packages may do it.
	"""
	_may_give_back(package)
	done = refund_package(
		RefundWish(
			package=package,
			reason=reason,
			sessions=cint(sessions) or None,
			service=service,
			face=to_amount(face, "face"),
			amount=to_amount(amount, "amount"),
			mode_of_payment=mode_of_payment,
		)
	)
	return {
		"usage": done.usage,
		"credit_notes": list(done.credit_notes),
		"payments": list(done.payments),
		"amount": str(done.amount),
		**_told(package),
	}


@frappe.whitelist(methods=["POST"])
@retried
def expire(package: str, reason: str | None = None, on: str | None = None) -> dict:
	"""Let a package lapse whose last day is over; `on`: posted on that day, when the package's own is closed."""
	_may_give_back(package)
	usage = expire_package(package, reason, to_day_or_none(on, "on"))
	return {"usage": usage, **_told(package)}


@frappe.whitelist(methods=["POST"])
@retried
def reverse(usage: str, reason: str, on: str | None = None) -> dict:
	"""Reverse a row of a package's history with its voucher; `on`: by a counter-entry of that day."""
	_may_reverse(usage)
	rows = reverse_usage(usage, reason, to_day_or_none(on, "on"))
	return {"rows": rows, **_told(frappe.db.get_value("Package Usage", usage, "customer_package"))}


@frappe.whitelist(methods=["GET", "POST"])
def history(package: str) -> list[dict]:
	"""The rows of a package's ledger, newest first."""
	frappe.has_permission("Customer Package", "read", package, throw=True)
	return read_history(package)


def _may_use(package: str) -> None:
	frappe.has_permission("Customer Package", "write", package, throw=True)


def _may_give_back(package: str) -> None:
	frappe.has_permission("Customer Package", "write", package, throw=True)
	frappe.has_permission("Service Package", "write", throw=True)


def _may_reverse(usage: str) -> None:
	"""Front desk takes back what it may do itself; sales, refunds and lapses are for who may change packages."""
	frappe.has_permission("Package Usage", "read", usage, throw=True)
	row = frappe.db.get_value("Package Usage", usage, ["customer_package", "kind"], as_dict=True)
	if row.kind in ("Redeem", "Extend", "Transfer Out", "Transfer In"):
		_may_use(row.customer_package)
	else:
		_may_give_back(row.customer_package)


def _told(package: str) -> dict:
	fields = ["name", "state", "sessions_left", "face_left", "value_left", "expires_on"]
	return frappe.db.get_value("Customer Package", package, fields, as_dict=True)
