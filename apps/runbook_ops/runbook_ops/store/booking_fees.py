"""Visits that were missed or cancelled as their fees are decided, the fees that were, and the deposits that are held."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe

from ..core.fees import DepositRest, FeeStatus, FeeTerms, Lapse
from ..core.package_value import to_cents
from ..site_time import from_site, from_utc
from .accounts import load_accounts
from .newest import on_newest
from .policies import fee_terms

YEAR = timedelta(days=365)
STANDING = """select booking.customer, booking.company, booking.status, booking.starts_at_utc, booking.price, booking.confirmed_at,
		booking.cancelled_at, booking.cancelled_by, booking.policy_version, fee.name as fee, fee.status as fee_status,
		fee.fee as amount, fee.from_deposit, fee.owed
	from `tabService Booking` booking left join `tabBooking Fee` fee on fee.booking = booking.name where booking.name = %s"""
HELD = """select coalesce(sum(unallocated_amount), 0) from `tabPayment Entry`
	where runbook_booking = %s and docstatus = 1 and payment_type = 'Receive' and party = %s and paid_from = %s"""
PASSES = """select count(*) from `tabBooking Fee` where customer = %s and status = %s and posting_date > %s
	lock in share mode"""
FEE = "select name, booking, status, sales_invoice from `tabBooking Fee` where name = %s for update"
CUSTOMER = "select name from `tabCustomer` where name = %s for update"
CHARGED_LATE = (
	"""update `tabCustomer` set runbook_late_cancellations = runbook_late_cancellations + 1 where name = %s"""
)


@dataclass(frozen=True)
class Missed:
	"""A visit and the terms that were accepted with it; `fee` is the row of its fee, if there is one."""

	customer: str
	company: str
	terms: FeeTerms | None
	lapse: Lapse
	day: date
	row: Mapping[str, Any]


def load_missed(booking: str) -> Missed | None:
	"""The visit as its fee is decided; None when it is gone."""
	rows = frappe.db.sql(STANDING, booking, as_dict=True)
	if not rows:
		return None
	row = rows[0]
	terms = fee_terms(row.policy_version) if row.policy_version else None
	cancelled_at = from_site(row.cancelled_at) if row.cancelled_at else None
	day = frappe.utils.getdate(row.cancelled_at) if row.cancelled_at else _day_of(booking)
	lapse = Lapse(
		status=row.status,
		start=from_utc(row.starts_at_utc),
		price=_money(row.price),
		was_confirmed=bool(row.confirmed_at),
		cancelled_at=cancelled_at,
		cancelled_by=row.cancelled_by or "",
		deposit=held_for(booking, row.customer, row.company),
		passes_used=passes_used(row.customer, day) if terms and terms.free_passes else 0,
		decided=row.fee,
	)
	return Missed(row.customer, row.company, terms, lapse, day, row)


def _day_of(booking: str) -> date:
	"""The day of a visit, or today where it is still ahead."""
	starts_at = frappe.db.get_value("Service Booking", booking, "starts_at")
	return min(frappe.utils.getdate(starts_at), frappe.utils.getdate())


def held_for(booking: str, customer: str, company: str) -> Decimal:
	"""What is left of the deposits for a booking."""
	accounts = load_accounts(company)
	if accounts is None:
		return Decimal(0)
	return _money(frappe.db.sql(HELD, (booking, customer, accounts.customer_deposits))[0][0])


def passes_used(customer: str, day: date) -> int:
	"""How many free passes a customer has used in the year up to a day."""
	values = (customer, FeeStatus.FREE_PASS.value, day - YEAR)
	return frappe.db.sql(on_newest(PASSES), values)[0][0]


def lock_customer(customer: str) -> None:
	"""Let nobody else decide a fee of this customer's, or count it, until the transaction ends."""
	frappe.db.sql(on_newest(CUSTOMER), customer)


def count_late_cancellation(customer: str) -> None:
	"""The customer's record says how often they cancelled late."""
	frappe.db.sql(on_newest(CHARGED_LATE), customer)
	frappe.clear_document_cache("Customer", customer)


def lock_fee(name: str) -> frappe._dict | None:
	"""A fee as others have left it, locked."""
	rows = frappe.db.sql(on_newest(FEE), name, as_dict=True)
	return rows[0] if rows else None


def fee_fields(booking: str) -> dict[str, Any]:
	"""The fields of a picture that tell what a missed visit costs, what was charged, and what is held for it."""
	missed = load_missed(booking)
	if missed is None:
		return {}
	row, terms = missed.row, missed.terms
	charged = row["fee_status"] == FeeStatus.CHARGED
	return {
		"lapse": missed.lapse,
		"fee_terms": terms,
		"fee": _money(row["amount"]) if charged else None,
		"fee_from_deposit": _money(row["from_deposit"]) if charged else Decimal(0),
		"fee_owed": _money(row["owed"]) if charged else Decimal(0),
		"free_pass": row["fee_status"] == FeeStatus.FREE_PASS,
		"deposit_left": missed.lapse.deposit,
		"deposit_goes_back": terms is None or terms.rest is DepositRest.GIVE_BACK,
	}


def _money(value: object) -> Decimal:
	return to_cents(Decimal(str(value or 0)))
