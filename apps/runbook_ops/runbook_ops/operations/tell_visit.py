"""A visit as its customer may see it: only what the customer typed or the business promised, nothing from other records."""

import frappe

from ..core.policies import Change
from ..core.refusal import Refusal
from ..messages import tell
from ..site_time import site_zone, utc_now
from .change_by_customer import Visit, present_token
from .read_catalogue import people_named
from .tell_deposit import tell_deposit


def tell_visit(visit: Visit) -> dict:
	"""What, when, with whom, where, its state, and what can be changed until when; moments with their offset."""
	booking, names = visit.booking, people_named()
	currency = (
		frappe.get_cached_value("Company", booking.company, "default_currency") if booking.company else None
	)
	return {
		"number": booking.name,
		"status": booking.status,
		"services": [row.service for row in booking.services] or [booking.service],
		"starts_at": visit.starts_at.isoformat(),
		"ends_at": visit.ends_at.isoformat(),
		"zone": str(site_zone()),
		"with": [names[row.resource] for row in booking.resources if row.resource in names],
		"seats": booking.seats if booking.class_session else 0,
		"address": _address(booking.address),
		"amount": float(booking.price or 0),
		"currency": currency,
		"company": booking.company,
		"contact": visit.contact,
		"policy": visit.policy.text if visit.policy else "",
		"token": present_token(visit),
		"deposit": tell_deposit(booking),
		Change.MOVE.value: _change(visit.no_move, visit.move_until.isoformat()),
		Change.CANCEL.value: {
			**_change(visit.no_cancel, visit.cancel_until.isoformat()),
			"fee": visit.cost.asked if visit.cost else "",
			"costs": visit.costs,
		},
		"over": visit.ends_at <= utc_now(),
	}


def _change(refusal: Refusal | None, until: str) -> dict:
	if refusal is None:
		return {"allowed": True, "until": until, "why_not": ""}
	return {"allowed": False, "until": until, "why_not": tell(refusal.code, dict(refusal.values))}


def _address(name: str | None) -> str:
	"""The address that the booking itself names; never one that is only known of the customer."""
	if not name:
		return ""
	row = frappe.db.get_value("Address", name, ["address_line1", "address_line2", "city", "pincode"])
	return ", ".join(part for part in row or () if part)
