"""A customer presses the pay button: begin the payment with the provider, or take up the one that is open."""

from dataclasses import dataclass
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document

from .. import links
from ..core.pay_links import PayKind, PayStatus, Report, Standing, check_payable
from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..providers.payment import ProviderRefused, ProviderUnavailable, Wish
from ..providers.registry import provider_named
from ..site_time import to_site, utc_now
from ..store.pay_links import lock_link, pay_token, room_of, to_link
from .make_pay_link import save_link
from .offer_slots import contact_for_help
from .settle_payment import settle_payment


@dataclass(frozen=True)
class Begun:
	"""A payment that is to be begun or taken up: with whom, which, and what for."""

	provider: str
	session: str | None
	attempt: int
	wish: Wish
	asked: Decimal


def plan_payment(name: str) -> Begun:
	"""What the customer can pay now. Raises GuestRefused. Locks the link, which the caller lets go before the provider is asked."""
	link = lock_link(name)
	if link is None:
		raise GuestRefused(Refusal("pay_link_gone", "token", {"contact": contact_for_help()}))
	today = to_site(utc_now()).date()
	amount = check_payable(to_link(link), room_of(link), today, contact_for_help())
	if isinstance(amount, Refusal):
		raise GuestRefused(amount)
	if not provider_named(link.provider).online:
		raise GuestRefused(Refusal("pay_by_transfer", None))
	wish = _wish(link, amount)
	return Begun(link.provider, link.session or None, link.attempt, wish, to_link(link).asked)


def ask_provider(plan: Begun) -> Report:
	"""The open payment: the one that is known, unless it is for another amount or over; else a new one. Nothing is written here."""
	provider = provider_named(plan.provider)
	try:
		if plan.session:
			known = provider.look_up(plan.session)
			if known.standing is Standing.OPEN and plan.asked != plan.wish.amount:
				known = provider.end(plan.session)
			return known
		return provider.begin(plan.wish)
	except ProviderUnavailable as silent:
		raise GuestRefused(Refusal("pay_provider_silent", None, {"contact": contact_for_help()})) from silent
	except ProviderRefused as refused:
		frappe.logger("runbook_ops").error("payment provider %s: %s", plan.provider, refused)
		raise GuestRefused(
			Refusal("pay_provider_refused", None, {"contact": contact_for_help()})
		) from refused


def keep_payment(plan: Begun, report: Report) -> str | None:
	"""The address at which the customer pays; None when what was open is over, so that a new one has to be begun.

	Raises GuestRefused when it was paid meanwhile, or somebody else has moved the link on.
	"""
	if report.standing is not Standing.OPEN:
		settle_payment(report)
		return None
	link = lock_link(plan.wish.link)
	if link is None or link.attempt != plan.attempt or (link.session or report.session) != report.session:
		raise GuestRefused(Refusal("pay_link_moved", None))
	if plan.session is None:
		link.update({"session": report.session, "session_amount": float(plan.wish.amount)})
		link.status = PayStatus.OPEN
		save_link(link)
	return report.url


def _wish(link: Document, amount: Decimal) -> Wish:
	"""The key holds all that is asked for: a provider refuses a key that comes again with other values."""
	about = link.sales_invoice if link.kind == PayKind.INVOICE else link.booking
	words = _("Invoice {0}") if link.kind == PayKind.INVOICE else _("Deposit for booking {0}")
	title, back = words.format(about), links.link_to("pay", pay_token(link))
	email = frappe.db.get_value("Customer", link.customer, "email_id") or ""
	values = "|".join((frappe.local.site, f"{amount:.3f}", link.currency, title, email, back))
	key = f"{link.idempotency_key}-{links.digest('pay', values)}"
	return Wish(key, link.name, amount, link.currency, title, email, back)
