"""Pay links, what they are for, and the entries that booked what customers paid."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from .. import links
from ..core.deposit_rules import comes_late, is_payable
from ..core.exchange import Debt
from ..core.pay_links import UNSETTLED, Booked, Link, PayKind, PayStatus
from ..site_time import to_site
from .newest import on_newest
from .receivables import debt_of, lock_invoice

PURPOSE = "pay"
STRIPE = "https://api.stripe.com"
USUAL_DAYS = 30
NOTHING = Decimal(0)
LOCK = "select name from `tabPay Link` where name = %s for update"
LOCK_OPEN = "select name from `tabPay Link` where open_key = %s for update"
BOOKING = "select status, deposit_state from `tabService Booking` where name = %s for update"
OWED = """select invoice.name, link.name as link, link.valid_until from `tabSales Invoice` invoice
	left join `tabPay Link` link on link.open_key = invoice.name and link.status in ('Open', 'Failed') and link.valid_until >= %(today)s
	where invoice.docstatus = 1 and invoice.is_return = 0 and invoice.outstanding_amount > 0
		and (invoice.name = %(invoice)s or invoice.runbook_booking = %(booking)s)
	order by invoice.posting_date, invoice.name limit 1"""
OF_PAYMENT = "select name from `tabPayment Entry` where runbook_payment = %s lock in share mode"


@dataclass(frozen=True)
class PaySettings:
	"""How customers pay, as Runbook Settings say; `modes` are those whose accounts receive the money."""

	provider: str
	days: int
	bank_details: str
	modes: Mapping[str, str]


@dataclass(frozen=True)
class StripeAccount:
	"""How Stripe is reached."""

	url: str
	key: str
	private: bool


def pay_settings() -> PaySettings:
	"""What the settings say about pay links."""
	settings = frappe.get_cached_doc("Runbook Settings")
	return PaySettings(
		settings.pay_provider or "bank_transfer",
		settings.pay_link_days or USUAL_DAYS,
		settings.bank_details or "",
		{"bank_transfer": settings.bank_mode, "stripe_checkout": settings.stripe_mode},
	)


def stripe_account() -> StripeAccount | None:
	"""The account; None while there is no key."""
	settings = frappe.get_cached_doc("Runbook Settings")
	key = settings.get_password("stripe_key", raise_exception=False)
	if not key:
		return None
	return StripeAccount(
		(settings.stripe_url or STRIPE).rstrip("/"), key, bool(settings.allow_private_addresses)
	)


def stripe_secret() -> str:
	"""The secret of the webhook endpoint; nothing while there is none."""
	settings = frappe.get_cached_doc("Runbook Settings")
	return settings.get_password("stripe_webhook_secret", raise_exception=False) or ""


def pay_token(link: Document) -> str:
	"""The token of a link's page, good to the end of its last day."""
	return links.sign(PURPOSE, link.name, frappe.utils.getdate(link.valid_until))


# -- links


def lock_link(name: str) -> Document | None:
	"""The link as it now stands, nobody else's until the transaction ends."""
	return _locked(frappe.db.sql(on_newest(LOCK), name))


def lock_open_link(about: str) -> Document | None:
	"""The link by which this invoice or booking can be paid, if there is one."""
	return _locked(frappe.db.sql(on_newest(LOCK_OPEN), about))


def deposit_link(booking: str) -> Document | None:
	"""The link by which a booking's deposit can be paid, as it is read, not locked."""
	name = frappe.db.get_value("Pay Link", {"open_key": booking, "kind": PayKind.DEPOSIT.value})
	return frappe.get_doc("Pay Link", name) if name else None


def _locked(rows: Sequence[Sequence[str]]) -> Document | None:
	return frappe.get_doc("Pay Link", rows[0][0], for_update=True) if rows else None


def to_link(doc: Document) -> Link:
	"""The link as the core sees it."""
	return Link(
		doc.name,
		PayStatus(doc.status),
		_money(doc.amount),
		doc.currency,
		frappe.utils.getdate(doc.valid_until),
		doc.session or None,
		_money(doc.session_amount),
		_money(doc.refunded),
	)


def room_of(doc: Document) -> Decimal:
	"""What can still be booked on what the link is for; locked, so that it stays so."""
	if doc.kind != PayKind.INVOICE:
		return _room_of_booking(doc)
	debt = lock_debt(doc.sales_invoice)
	return debt.told_in(doc.currency).owed if debt else NOTHING


def lock_debt(invoice: str) -> Debt | None:
	"""What a submitted invoice still owes, locked; None of a draft, a cancelled one, or a credit note."""
	row = lock_invoice(invoice)
	return debt_of(row) if row and row.docstatus == 1 and not row.is_return else None


def _room_of_booking(doc: Document) -> Decimal:
	"""A deposit is taken as long as the visit is ahead, and one that the policy asked for whenever it comes."""
	rows = frappe.db.sql(on_newest(BOOKING), doc.booking)
	return _money(doc.amount) if rows and is_payable(*rows[0]) else NOTHING


def lateness(doc: Document) -> dict[str, object] | None:
	"""What a person is told of a deposit that comes when its booking no longer waits for it; None where it does, or never did."""
	rows = frappe.db.sql(on_newest(BOOKING), doc.booking) if doc.kind == PayKind.DEPOSIT else ()
	withdrawn = doc.status in (PayStatus.CANCELLED, PayStatus.EXPIRED)
	if not rows:
		return None
	status, state = rows[0]
	return {"booking": doc.booking, "state": state} if comes_late(status, state, withdrawn) else None


def owed_fields(invoice: str | None = None, booking: str | None = None) -> dict[str, Any]:
	"""The fields of a picture that tell what is owed on an invoice, or on that of a booking, and where it is paid."""
	values = {"invoice": invoice, "booking": booking, "today": frappe.utils.getdate()}
	rows = frappe.db.sql(OWED, values, as_dict=True)
	if not rows:
		return {}
	row = rows[0]
	token = row.link and links.sign(PURPOSE, row.link, row.valid_until)
	return {"unpaid_invoice": row.name, "pay_link": links.link_to("pay", token) if token else None}


def links_past(today: date) -> list[str]:
	"""The links that can't be paid any more since their last day is over."""
	states = [str(state) for state in UNSETTLED if state is not PayStatus.WAITING]
	filters = {"status": ("in", states), "valid_until": ("<", today)}
	return frappe.get_all("Pay Link", filters, pluck="name", order_by="valid_until asc", limit=500)


def known_links(names: Sequence[str]) -> frozenset[str]:
	"""Those of the names that are links of ours."""
	filters = {"name": ("in", list(names))}
	return frozenset(frappe.get_all("Pay Link", filters, pluck="name", order_by="name asc"))


# -- what is booked


def entry_of_payment(session: str) -> str | None:
	"""The Payment Entry of a provider's payment, also a cancelled one, also of a moment ago."""
	rows = frappe.db.sql(on_newest(OF_PAYMENT), session)
	return rows[0][0] if rows else None


def booked_since(since: datetime, prefix: str) -> dict[str, Booked]:
	"""Payment -> its entry, of the provider whose numbers begin so."""
	return _booked({"runbook_payment": ("like", f"{prefix}%"), "creation": (">=", to_site(since))})


def booked_of(sessions: Sequence[str]) -> dict[str, Booked]:
	"""Payment -> its entry, of these payments."""
	return _booked({"runbook_payment": ("in", list(sessions))})


def _booked(filters: dict) -> dict[str, Booked]:
	fields = [
		*("runbook_payment", "name", "docstatus", "received_amount", "paid_to_account_currency"),
		*("paid_amount", "paid_from_account_currency", "runbook_taken", "runbook_taken_currency"),
	]
	rows = frappe.get_all("Payment Entry", filters, fields, order_by="creation asc, name asc")
	return {row.runbook_payment: Booked(row.name, *_taken(row), standing=row.docstatus == 1) for row in rows}


def _taken(row: frappe._dict) -> tuple[Decimal, str]:
	"""What an entry books in the currency in which it was paid: as one of its accounts has it, else as it was noted."""
	currency = row.runbook_taken_currency or row.paid_to_account_currency
	if currency == row.paid_to_account_currency:
		return _money(row.received_amount), currency
	return _money(
		row.paid_amount if currency == row.paid_from_account_currency else row.runbook_taken
	), currency


def last_day(days: int, today: date) -> date:
	"""The last day of a link that is made today."""
	return today + timedelta(days=days)


def _money(amount: object) -> Decimal:
	return Decimal(str(frappe.utils.flt(amount, 3)))
