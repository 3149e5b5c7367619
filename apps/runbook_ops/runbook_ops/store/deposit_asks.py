"""Deposits that bookings wait for: what the customer's record says, how they stand, what has been paid, and whose time is over."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import frappe
from frappe.model.document import Document

from ..core.currencies import coin_of
from ..core.deposit_rules import DepositState, Ordered
from ..core.pay_links import PayKind, PayStatus
from ..site_time import from_utc, to_utc
from .accounts import load_accounts
from .newest import on_newest

CUSTOMER = """select customer.runbook_visits, customer.runbook_no_shows from `tabCustomer` customer where customer.name = %s"""
GROUPS = """select around.name from `tabCustomer` customer
	join `tabCustomer Group` own on own.name = customer.customer_group
	join `tabCustomer Group` around on around.lft <= own.lft and around.rgt >= own.rgt where customer.name = %s"""
STANDING = """select status, deposit_state, deposit_amount, deposit_due_at_utc from `tabService Booking`
	where name = %s for update"""
PAID = """select unallocated_amount from `tabPayment Entry` where runbook_booking = %s and docstatus = 1
	and payment_type = 'Receive' and party = %s and paid_from = %s lock in share mode"""
OVERDUE = """select booking.name, link.name as link, link.session, link.provider from `tabService Booking` booking
	left join `tabPay Link` link on link.open_key = booking.name and link.kind = %(deposit)s
	where booking.deposit_state = %(asked)s and booking.status = 'Held' and booking.deposit_due_at_utc <= %(now)s
		and (%(booking)s is null or booking.name = %(booking)s)
		and (link.name is null or link.status != %(waiting)s or booking.starts_at_utc <= %(now)s)
	order by booking.deposit_due_at_utc, booking.name limit %(most)s"""


@dataclass(frozen=True)
class Awaited:
	"""How a booking stands towards its deposit; the moment is aware."""

	status: str
	state: str
	amount: Decimal
	due_at: datetime | None


@dataclass(frozen=True)
class Overdue:
	"""A booking whose time to pay is over, and the payment that was begun by its link, if there is one."""

	booking: str
	link: str | None
	session: str | None
	provider: str | None


def ordered_of(booking: Document, now: datetime) -> Ordered:
	"""A booking, saved or not, as the rules for deposits see it."""
	rows = frappe.db.sql(CUSTOMER, booking.customer)
	visits, no_shows = rows[0] if rows else (0, 0)
	return Ordered(
		start=from_utc(booking.starts_at_utc),
		booked_at=now,
		price=Decimal(str(booking.price or 0)),
		groups=frozenset(name for (name,) in frappe.db.sql(GROUPS, booking.customer)),
		visits=visits or 0,
		no_shows=no_shows or 0,
		coin=coin_of(frappe.get_cached_value("Company", booking.company, "default_currency")),
	)


def lock_awaited(booking: str) -> Awaited | None:
	"""How it stands now, kept so until the transaction ends."""
	rows = frappe.db.sql(on_newest(STANDING), booking)
	if not rows:
		return None
	status, state, amount, due_at = rows[0]
	return Awaited(status, state or "", _money(amount), from_utc(due_at))


def paid_now(booking: str, customer: str, company: str) -> Decimal:
	"""What is held of deposits for a booking, also what was paid a moment ago."""
	accounts = load_accounts(company)
	if accounts is None:
		return Decimal(0)
	rows = frappe.db.sql(on_newest(PAID), (booking, customer, accounts.customer_deposits))
	return sum((_money(amount) for (amount,) in rows), Decimal(0))


def overdue_deposits(now: datetime, most: int, booking: str | None = None) -> list[Overdue]:
	"""The bookings, or this one, that are to be released, the longest overdue first.

	One whose payment is on its way is waited for until it begins.
	"""
	values = {
		"booking": booking,
		"deposit": PayKind.DEPOSIT.value,
		"asked": DepositState.ASKED.value,
		"waiting": PayStatus.WAITING.value,
		"now": to_utc(now),
		"most": most,
	}
	return [Overdue(*row) for row in frappe.db.sql(OVERDUE, values)]


def _money(amount: object) -> Decimal:
	return Decimal(str(frappe.utils.flt(amount, 3)))
