"""The visits of an approved estimate: a requested booking for each line that is a service, and a task to agree on their times."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import escape_html, flt, fmt_money

from ..core.booking import BookingStatus
from ..core.deposit_rules import DepositState
from ..core.estimates import missing_visits
from ..core.package_value import NOTHING
from ..messages import tell
from ..site_time import from_site, from_utc, to_site, utc_now
from ..store.estimates import (
	booked_services,
	content_of,
	deposit_percent,
	has_asked_deposit,
	services_of,
)
from ..store.policies import policy_in_force
from ..store.services import Service, WantedPart, load_service
from .ask_deposit import ask_as_agreed, ask_with_request
from .check_deposit import amount_text
from .find_slots import find_slots
from .open_task import TaskWish, open_task
from .undo_refused import Attempt, undo_refused

SOURCE = "Estimate"
ANSWER_WITHIN = timedelta(hours=4)
LOOK_AHEAD = timedelta(days=30)
"""How far the first open time is looked for, unless the service is booked less far ahead."""


@dataclass
class _Trip:
	"""What the visits of one estimate have in common; the next one is looked for after the last."""

	quotation: Document
	customer: str
	territory: str | None
	earliest: datetime


def request_visits(quotation: Document, signature: str) -> tuple[str, ...]:
	"""The new bookings, in the state Requested; lines for which a visit stands already get none.

	What can't be requested stands in the task with its reason: an approval never fails for it.
	"""
	services = services_of([row.item_code for row in quotation.items])
	rows = [row for row in quotation.items if row.item_code in services and not row.is_alternative]
	wanted = [services[row.item_code] for row in rows]
	missing = missing_visits(wanted, booked_services(quotation))
	requested: list[Document] = []
	troubles: list[str] = []
	deposit = NOTHING if has_asked_deposit(quotation) else content_of(quotation).deposit
	if missing:
		requested, troubles = _request(quotation, [(rows[place], wanted[place]) for place in missing])
	if deposit:
		troubles.extend(_ask_as_agreed(quotation, requested, deposit))
	_ask_to_agree(quotation, signature, requested, troubles)
	return tuple(booking.name for booking in requested)


def task_owners(quotation: Document) -> tuple[str, ...]:
	"""Who made the quotation, as long as they work here."""
	enabled = frappe.db.get_value("User", {"name": quotation.owner, "enabled": 1, "user_type": "System User"})
	return (quotation.owner,) if enabled and quotation.owner not in ("Administrator", "Guest") else ()


def customer_of(quotation: Document) -> str:
	"""Its customer; a lead or prospect becomes one. Raises ERPNext's refusal where that lacks something."""
	from erpnext.selling.doctype.quotation.quotation import _make_customer

	if quotation.quotation_to == "Customer":
		return str(quotation.party_name)
	return str(_make_customer(quotation.name, ignore_permissions=True).name)


def _request(quotation: Document, wanted: list[tuple[Document, str]]) -> tuple[list[Document], list[str]]:
	with undo_refused() as attempt:
		customer = customer_of(quotation)
	if attempt.error:
		return [], [_trouble(attempt)]
	territory = frappe.get_cached_value("Customer", customer, "territory")
	trip = _Trip(quotation, customer, territory, utc_now())
	requested, troubles = [], []
	for row, service in wanted:
		with undo_refused() as attempt:
			booking = _request_one(trip, row, service)
		if attempt.error:
			troubles.append(f"{service}: {_trouble(attempt)}")
			continue
		if booking is None:
			troubles.append(f"{service}: {_('no open time was found')}")
			continue
		requested.append(booking)
		trip.earliest = from_utc(booking.ends_at_utc)
		trouble = "" if deposit_percent(quotation) else _ask_deposit(booking)
		if trouble:
			troubles.append(f"{service}: {trouble}")
	frappe.clear_messages()
	return requested, troubles


def _request_one(trip: _Trip, row: Document, name: str) -> Document | None:
	service = load_service(name)
	starts_at = from_site(row.runbook_starts_at) if row.get("runbook_starts_at") else None
	if service and starts_at is None:
		starts_at = _first_open(trip, service)
	if service is None or starts_at is None:
		return None
	quotation, policy = trip.quotation, policy_in_force(name)
	booking = frappe.get_doc(
		{
			"doctype": "Service Booking",
			"status": BookingStatus.REQUESTED,
			"customer": trip.customer,
			"company": quotation.company,
			"contact": quotation.contact_person,
			"email": quotation.contact_email,
			"mobile": quotation.contact_mobile,
			"address": quotation.shipping_address_name or quotation.customer_address,
			"territory": trip.territory,
			"service": name,
			"starts_at": to_site(starts_at),
			"price": _price(quotation, row),
			"source": SOURCE,
			"quotation": quotation.name,
			"opportunity": quotation.opportunity,
			"policy_version": policy.name if policy else None,
			"policy_accepted_at": to_site(utc_now()) if policy else None,
		}
	)
	return booking.insert(ignore_permissions=True)


def _ask_deposit(booking: Document) -> str:
	"""Ask for what the policy asks for; what went wrong, for the task."""
	with undo_refused() as attempt:
		ask_with_request(booking)
	if attempt.error:
		booking.reload()
	return _trouble(attempt)


def _ask_as_agreed(quotation: Document, requested: list[Document], deposit: Decimal) -> list[str]:
	"""Ask for the deposit of the estimate with its first visit; what went wrong, for the task."""
	told = {
		"estimate": quotation.name,
		"percent": f"{deposit_percent(quotation).normalize():f}",
		"total": _money_text(quotation, content_of(quotation).total),
	}
	if not requested:
		return [tell("estimate_deposit_by_hand", {"amount": _money_text(quotation, deposit)})]
	first = requested[0]
	with undo_refused() as attempt:
		ask_as_agreed(first, deposit, tell("estimate_deposit_for", told))
	if not attempt.error:
		return []
	first.reload()
	return [f"{first.service}: {_trouble(attempt)}"]


def _money_text(quotation: Document, amount: Decimal) -> str:
	return str(fmt_money(float(amount), currency=quotation.currency))


def _first_open(trip: _Trip, service: Service) -> datetime | None:
	first = max(utc_now() + service.min_notice, trip.earliest)
	last = utc_now() + min(LOOK_AHEAD, service.booking_horizon or LOOK_AHEAD)
	found = find_slots((WantedPart(service),), first, last, territory=trip.territory, limit=1)
	return found[0].starts_at if found else None


def _price(quotation: Document, row: Document) -> float:
	"""What was agreed for the line after its share of the discount, in the company's currency, as its prices are written."""
	agreed = flt(row.amount) - flt(row.get("distributed_discount_amount"))
	return flt(agreed * (flt(quotation.conversion_rate) or 1), 2)


def _ask_to_agree(
	quotation: Document, signature: str, requested: list[Document], troubles: list[str]
) -> None:
	times = [_line(one) for one in requested]
	lines = [
		*(times and [_("Requested, not confirmed yet:"), *times]),
		*(troubles and [_("To be booked by hand:"), *troubles]),
	]
	open_task(
		TaskWish(
			subject=_("{0} approved estimate {1}: agree on the time").format(
				quotation.customer_name, quotation.name
			),
			due_at=utc_now() + ANSWER_WITHIN,
			key=f"estimate-approved|{signature}",
			role="Runbook Front Desk",
			owners=task_owners(quotation),
			values={
				"reference_doctype": quotation.doctype,
				"reference_name": quotation.name,
				"customer": quotation.party_name if quotation.quotation_to == "Customer" else None,
				"booking": requested[0].name if requested else None,
				"notes": "\n".join(lines),
			},
		)
	)


def _line(booking: Document) -> str:
	line = f"{booking.name}: {booking.service}, {frappe.format(booking.starts_at, 'Datetime')}"
	if booking.deposit_state != DepositState.ASKED:
		return line
	return f"{line}. {_('A deposit of {0} was asked for.').format(amount_text(booking))}"


def _trouble(attempt: Attempt) -> str:
	return escape_html(attempt.refusal)[:300]
