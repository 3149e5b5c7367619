"""Make the link by which a customer pays what an invoice owes, or a deposit for a booking; one at a time for each."""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from ..core.currencies import coin_of
from ..core.exchange import Debt
from ..core.pay_links import UNSETTLED, PayKind, PayStatus, Provider, check_amount
from ..core.refusal import Refusal
from ..errors import PaymentRefused
from ..messages import refuse
from ..site_time import to_site, utc_now
from ..store.accounts import load_accounts
from ..store.checkouts import modes_of
from ..store.pay_links import last_day, lock_debt, lock_open_link, pay_settings, room_of, stripe_account
from .exchange_money import currency_of_account, rates_of_day


@dataclass(frozen=True)
class About:
	"""What a link is for, whose it is, and the currency in which it is asked for; `debt` is what the invoice owes, None of a deposit."""

	kind: PayKind
	name: str
	customer: str
	company: str
	currency: str
	booking: str | None
	debt: Debt | None


def link_for_invoice(invoice: str, amount: Decimal | None = None) -> Document:
	"""The link for what an invoice owes, or for a part of it, in the invoice's currency; the one that is open already, brought up to date.

	Raises PaymentRefused. The caller has checked permission.
	"""
	debt = lock_debt(invoice)
	if debt is None:
		refuse(Refusal("pay_link_invoice", "sales_invoice", {"invoice": invoice}), PaymentRefused)
	about = frappe.db.get_value("Sales Invoice", invoice, ["customer", "company", "runbook_booking"])
	customer, company, booking = about
	return _link(About(PayKind.INVOICE, invoice, customer, company, debt.currency, booking, debt), amount)


def link_for_deposit(booking: str, amount: Decimal) -> Document:
	"""The link for a deposit of a booking that is ahead. Raises PaymentRefused. The caller has checked permission."""
	if not frappe.db.exists("Service Booking", booking):
		refuse(Refusal("deposit_without_booking", "booking", {"booking": booking}), PaymentRefused)
	lock_open_link(booking)
	visit = frappe.get_doc("Service Booking", booking, for_update=True)
	accounts = load_accounts(visit.company)
	if accounts is None:
		refuse(Refusal("accounts_missing", "company", {"company": visit.company}), PaymentRefused)
	about = About(PayKind.DEPOSIT, booking, visit.customer, visit.company, accounts.currency, booking, None)
	link = _link(about, amount)
	if room_of(link) <= 0:
		refuse(Refusal("deposit_closed", "status", {"status": visit.status}), PaymentRefused)
	return link


def _link(about: About, wanted: Decimal | None) -> Document:
	settings = pay_settings()
	_check_way(settings.provider, settings.modes.get(settings.provider), about)
	room = about.debt.owed if about.debt else wanted or Decimal(0)
	amount = check_amount(wanted, room, coin_of(about.currency))
	if isinstance(amount, Refusal):
		refuse(amount, PaymentRefused)
	link = lock_open_link(about.name)
	if link is not None and link.status == PayStatus.WAITING:
		refuse(Refusal("pay_link_waiting"), PaymentRefused)
	if link is None:
		link = _new(about)
	if link.session and link.currency != about.currency:
		values = {"link": link.name, "theirs": link.currency, "currency": about.currency}
		refuse(Refusal("pay_link_begun", "currency", values), PaymentRefused)
	if not link.session:
		link.update({"provider": settings.provider, "currency": about.currency})
	link.update({"amount": float(amount), "valid_until": last_day(settings.days, to_site(utc_now()).date())})
	return save_link(link)


def _new(about: About) -> Document:
	link = frappe.new_doc("Pay Link")
	link.update(
		{
			"customer": about.customer,
			"customer_name": frappe.db.get_value("Customer", about.customer, "customer_name"),
			"kind": about.kind,
			"sales_invoice": about.name if about.kind is PayKind.INVOICE else None,
			"booking": about.booking,
			"company": about.company,
			"currency": about.currency,
			"status": PayStatus.OPEN,
			"attempt": 1,
		}
	)
	return link


def save_link(link: Document) -> Document:
	"""Keep what an operation has decided."""
	link.flags.by_engine = True
	link.flags.ignore_permissions = True
	return link.save() if not link.is_new() else link.insert()


def _check_way(provider: str, mode: str | None, about: About) -> None:
	"""Whether money that comes this way can be booked, before anybody is asked for it."""
	about_mode = {"mode": mode or "", "company": about.company}
	if not mode:
		refuse(Refusal("pay_mode_missing", "settings", {"provider": provider}), PaymentRefused)
	account = modes_of(about.company, {mode})[mode].account
	if not account:
		refuse(Refusal("mode_without_account", "mode_of_payment", about_mode), PaymentRefused)
	theirs = currency_of_account(account)
	if about.debt:
		rates_of_day(about.debt, about.company, theirs, getdate(), PaymentRefused)
	elif theirs != about.currency:
		values = {"currency": about.currency, "theirs": theirs, "account": account}
		refuse(Refusal("pay_link_currency", "currency", values), PaymentRefused)
	missing = provider == Provider.STRIPE_CHECKOUT and stripe_account() is None
	if missing or (provider == Provider.BANK_TRANSFER and not pay_settings().bank_details.strip()):
		refuse(Refusal("pay_not_set_up", "settings", {"provider": provider}), PaymentRefused)


def withdraw_link(link: Document) -> Document:
	"""The customer can't pay by it any more; a link that is settled stays as it is.

	What was begun with the provider has to be ended before.
	"""
	if link.status not in UNSETTLED:
		return link
	link.status = PayStatus.CANCELLED
	return save_link(link)
