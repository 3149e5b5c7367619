"""What a rehearsal of a chain needs to know of the site: past bookings as a story, what lies in stock, whom to write to."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import frappe

from ..site_time import to_site

STORY = """select booking.name, booking.customer_name, booking.service, booking.status, booking.starts_at_utc,
	booking.ends_at_utc, booking.creation, booking.confirmed_at, booking.cancelled_at, booking.completed_at,
	booking.cancel_reason, booking.territory, booking.access_notes, booking.source, booking.opportunity, booking.notes,
	coalesce(nullif(booking.email, ''), nullif(contact.email_id, ''), customer.email_id) as email,
	coalesce(nullif(booking.mobile, ''), nullif(contact.mobile_no, ''), customer.mobile_no) as mobile,
	coalesce(nullif(contact.runbook_time_zone, ''), nullif(address.runbook_time_zone, '')) as own_zone, address.country,
	concat_ws(', ', nullif(address.address_line1, ''), nullif(address.address_line2, ''), nullif(address.city, ''),
		nullif(address.state, ''), nullif(address.pincode, '')) as address
from `tabService Booking` booking
join `tabCustomer` customer on customer.name = booking.customer
left join `tabContact` contact on contact.name = coalesce(nullif(booking.contact, ''), customer.customer_primary_contact)
left join `tabAddress` address on address.name = coalesce(nullif(booking.address, ''), customer.customer_primary_address)
where booking.name in %s order by booking.creation"""


def confirmed_since(moment: datetime, limit: int) -> tuple[str, ...]:
	"""The bookings that were confirmed since then, the latest `limit` of them."""
	filters = {"confirmed_at": (">=", to_site(moment))}
	return tuple(
		frappe.get_all("Service Booking", filters, pluck="name", order_by="confirmed_at desc", limit=limit)
	)


def stories_of(bookings: Sequence[str]) -> list[frappe._dict]:
	"""The bookings as they stand, with how their customers are reached and, in `resources`, who does them."""
	if not bookings:
		return []
	rows = frappe.db.sql(STORY, (tuple(bookings),), as_dict=True)
	people = frappe.get_all(
		"Service Booking Resource",
		filters={"parent": ("in", list(bookings)), "parenttype": "Service Booking"},
		fields=["parent", "resource"],
		order_by="parent asc, idx asc",
	)
	found: dict[str, list[str]] = {}
	for row in people:
		found.setdefault(row.parent, []).append(row.resource)
	for row in rows:
		row.resources = tuple(found.get(row.name, ()))
	return rows


def addresses_of_people() -> Mapping[str, str]:
	"""Where each resource is written to."""
	rows = frappe.get_all("Service Resource", fields=["name", "email", "user"], order_by="name asc")
	return {row.name: row.email or row.user or "" for row in rows}


def stock_of(items: Sequence[str]) -> list[frappe._dict]:
	"""Each item's name, unit, lead time in days and what all warehouses together are projected to hold."""
	if not items:
		return []
	return frappe.db.sql(
		"""select item.name, item.item_name, item.stock_uom, item.lead_time_days,
			coalesce(sum(bin.projected_qty), 0) as qty
		from `tabItem` item left join `tabBin` bin on bin.item_code = item.name
		where item.name in %s group by item.name order by item.name""",
		(tuple(items),),
		as_dict=True,
	)


def active_versions() -> tuple[str, ...]:
	"""The published version of every chain that is switched on."""
	filters = {"enabled": 1, "current_version": ("is", "set")}
	return tuple(frappe.get_all("Trigger Chain", filters, pluck="current_version", order_by="name asc"))
