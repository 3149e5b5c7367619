"""What has been done about a booking that later steps ask for: who was told, what was requested, whether it is paid, what it costs."""

from collections.abc import Collection
from typing import Any

import frappe

from ..core.chains.facts import Source
from ..core.chains.told import who_knows
from .booking_fees import fee_fields
from .pay_links import owed_fields

MESSAGES = """select json_value(effect.payload, '$.to') as reader, effect.recipient from `tabChain Run` run
	join `tabChain Effect` effect on effect.run = run.name
	where run.booking = %s and effect.action = 'send_message' and effect.state in ('Sent', 'Done')
	order by coalesce(effect.done_at, effect.modified), effect.name"""
PEOPLE = """select resource.resource_name, coalesce(nullif(resource.email, ''), resource.user) as email, resource.mobile,
	exists(select 1 from `tabService Booking Resource` chosen where chosen.parent = %(booking)s
		and chosen.parenttype = 'Service Booking' and chosen.resource = resource.name) as has_it
	from `tabService Resource` resource where coalesce(nullif(resource.email, ''), resource.user) in %(addresses)s
		or resource.mobile in %(addresses)s order by resource.name"""
REQUESTS = """select name, greatest(coalesce(per_ordered, 0), coalesce(per_received, 0)) > 0 as ordered
	from `tabMaterial Request` where runbook_booking = %s and docstatus = 1 and status not in ('Stopped', 'Cancelled')
	order by name"""
INVOICES = """select count(*), coalesce(sum(outstanding_amount), 0) from `tabSales Invoice`
	where runbook_booking = %s and docstatus = 1 and is_return = 0"""


def trail_fields(booking: str, sources: Collection[Source]) -> dict[str, Any]:
	"""The fields of a picture that these sources give."""
	found: dict[str, Any] = {}
	if Source.TOLD in sources:
		found |= told_about(booking)
	if Source.REQUESTED in sources:
		found |= requested_for(booking)
	if Source.PAID in sources:
		found["invoice_paid"] = is_paid(booking)
	if Source.LINK in sources:
		found |= owed_fields(booking=booking)
	if Source.FEE in sources:
		found |= fee_fields(booking)
	return found


def told_about(booking: str) -> dict[str, Any]:
	"""The fields of a picture that tell which technicians know of the visit."""
	messages = frappe.db.sql(MESSAGES, booking)
	if not messages:
		return {}
	addresses = tuple({recipient for _reader, recipient in messages if recipient})
	people = frappe.db.sql(PEOPLE, {"booking": booking, "addresses": addresses}, as_dict=True)
	current = {address for one in people if one.has_it for address in (one.email, one.mobile) if address}
	told = who_knows(messages, current)
	found: dict[str, Any] = {"technician_told": told.now}
	if told.lost:
		who = next((one for one in people if told.lost in (one.email, one.mobile)), frappe._dict())
		found |= {
			"previous_technician_lost": True,
			"previous_technician_name": who.resource_name,
			"previous_technician_email": who.email or (told.lost if "@" in told.lost else None),
			"previous_technician_mobile": who.mobile or (None if "@" in told.lost else told.lost),
		}
	return found


def requested_for(booking: str) -> dict[str, Any]:
	"""The fields of a picture that tell what was requested for a visit and not taken back."""
	rows = frappe.db.sql(REQUESTS, booking)
	return {
		"materials_requested": tuple(name for name, ordered in rows if not ordered),
		"materials_ordered": tuple(name for name, ordered in rows if ordered),
	}


def is_paid(booking: str) -> bool:
	"""Whether the booking was invoiced and nothing of it is owed."""
	count, owed = frappe.db.sql(INVOICES, booking)[0]
	return bool(count) and owed <= 0
