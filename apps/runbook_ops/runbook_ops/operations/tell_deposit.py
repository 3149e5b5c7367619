"""A deposit as customers read of it: what may be asked for before they book, and what their booking waits for."""

from datetime import timedelta
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import fmt_money, getdate

from .. import links
from ..core.currencies import coin_of
from ..core.deposit_rules import AskedOf, DepositState, Ordered, possible_deposits
from ..messages import tell
from ..site_time import from_utc, to_site, utc_now
from ..store.pay_links import deposit_link, pay_token
from ..store.policies import deposit_terms, policy_in_force
from ..store.prices import load_prices
from ..store.services import load_service
from .offer_slots import Offer

TOLD = {
	AskedOf.EVERYBODY: "deposit_told",
	AskedOf.NEW: "deposit_told_new",
	AskedOf.MISSED: "deposit_told_missed",
}
ANSWERED = ("Requested", "Held")
"""Where a person answers what is booked online, that person asks for the deposit."""
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tell_deposit(booking: Document | frappe._dict) -> dict | None:
	"""The deposit that the booking's customer was asked for: `state`, `amount`, `due_at`, and `pay`, the address; None without one."""
	if booking.deposit_state not in (DepositState.ASKED, DepositState.PAID):
		return None
	waits = booking.deposit_state == DepositState.ASKED
	link = deposit_link(booking.name) if waits else None
	due_at = from_utc(booking.deposit_due_at_utc) if waits and booking.deposit_due_at_utc else None
	return {
		"state": booking.deposit_state,
		"amount": float(booking.deposit_amount or 0),
		"due_at": due_at.isoformat() if due_at else None,
		"pay": links.link_to("pay", pay_token(link)) if link else "",
	}


def deposit_terms_told(offer: Offer, seats: int = 1) -> list[str]:
	"""What the policy in force may ask of whoever books this time, in words; nothing where it asks for none."""
	service = offer.parts[0].service if offer.parts else None
	policy = policy_in_force(service) if service else None
	terms = deposit_terms(policy.name) if policy else None
	company = frappe.db.get_single_value("Runbook Settings", "company", cache=True)
	company = company or frappe.defaults.get_global_default("company")
	at_once = frappe.db.get_single_value("Runbook Settings", "online_booking", cache=True)
	if terms is None or not terms.rules or not company or at_once in ANSWERED:
		return []
	currency = frappe.get_cached_value("Company", company, "default_currency")
	price = _price(offer, company) * seats
	ordered = Ordered(offer.starts_at, utc_now(), price, coin=coin_of(currency))
	return [
		tell(
			TOLD[due.rule.asked_of],
			{
				"amount": fmt_money(float(due.amount), currency=currency),
				"time": span_text(due.due_at - ordered.booked_at),
			},
		)
		for due in possible_deposits(terms, ordered)
	]


def span_text(span: timedelta) -> str:
	"""A span in the largest unit that is whole: 45 minutes, 2 hours, 3 days."""
	for unit, one, many in ((DAY, _("1 day"), _("{0} days")), (HOUR, _("1 hour"), _("{0} hours"))):
		if span >= unit and not span % unit:
			return one if span == unit else many.format(span // unit)
	minutes = max(1, span // timedelta(minutes=1))
	return _("1 minute") if minutes == 1 else _("{0} minutes").format(minutes)


def _price(offer: Offer, company: str) -> Decimal:
	services = [service for part in offer.parts if (service := load_service(part.service))]
	day = getdate(to_site(offer.starts_at))
	prices = load_prices({service.item for service in services}, None, company, day)
	return sum((prices.get(service.item, Decimal(0)) for service in services), Decimal(0))
