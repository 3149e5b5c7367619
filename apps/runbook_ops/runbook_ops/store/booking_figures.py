"""The bookings of a stretch of days, with their value, for reports."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

import frappe

from ..core.booking import BookingStatus
from ..core.booking_figures import BookedVisit

QUERY = """
select booking.name, booking.starts_at, booking.customer, booking.customer_name, booking.service, booking.status,
	booking.source, booking.sales_invoice, booking.company,
	timestampdiff(minute, booking.starts_at, booking.ends_at) as minutes,
	coalesce(nullif(booking.price, 0), price.price_list_rate, 0)
		+ coalesce((select sum(item.qty * item.rate) from `tabService Booking Item` item where item.parent = booking.name), 0)
		as value,
	case when invoice.docstatus = 1 then invoice.base_net_total else 0 end as invoiced,
	case when invoice.docstatus != 1 then 0 when invoice.party_account_currency = invoice.currency
		then invoice.outstanding_amount * invoice.conversion_rate else invoice.outstanding_amount end as outstanding
from `tabService Booking` booking
join `tabBookable Service` service on service.name = booking.service
left join (
	select item_code, max(price_list_rate) as price_list_rate from `tabItem Price`
	where price_list = %(price_list)s and selling = 1 and coalesce(customer, '') = ''
		and (valid_upto is null or valid_upto >= curdate())
	group by item_code
) price on price.item_code = service.item
left join `tabSales Invoice` invoice on invoice.name = booking.sales_invoice
where booking.name in %(names)s
order by booking.starts_at, booking.name
"""


def load_bookings(first: date, last: date, **wanted: str | None) -> list[tuple[BookedVisit, frappe._dict]]:
	"""The bookings from `first` to `last` (site days) that the user may read, each with its row.

	`wanted`: service, status, company, resource. A booking is worth what was invoiced, else its own price, else the price list's.
	"""
	filters = [["starts_at", ">=", first], ["starts_at", "<", frappe.utils.add_days(last, 1)]]
	filters += [
		[field, "=", value]
		for field, value in wanted.items()
		if value and field in ("service", "status", "company")
	]
	if wanted.get("resource"):
		filters.append(["Service Booking Resource", "resource", "=", wanted["resource"]])
	names = frappe.get_list(
		"Service Booking", filters=filters, pluck="name", order_by="starts_at asc", limit=0
	)
	if not names:
		return []
	price_list = frappe.db.get_single_value("Selling Settings", "selling_price_list")
	rows = frappe.db.sql(QUERY, {"names": tuple(names), "price_list": price_list}, as_dict=True)
	people = resources_of_bookings(names)
	return [(_visit(row, tuple(people.get(row.name, ()))), row) for row in rows]


def _visit(row: frappe._dict, people: tuple[str, ...]) -> BookedVisit:
	row.resources = people
	invoiced = Decimal(str(row.invoiced or 0))
	return BookedVisit(
		day=row.starts_at.date(),
		service=row.service,
		resources=people,
		status=BookingStatus(row.status),
		value=invoiced or Decimal(str(row.value or 0)),
		minutes=row.minutes or 0,
		invoiced=invoiced,
	)


def resources_of_bookings(bookings: Sequence[str]) -> dict[str, list[str]]:
	"""Booking -> who and what does it, in its order; for bookings that the user has been found to be allowed to read."""
	rows = frappe.get_all(
		"Service Booking Resource",
		filters={"parent": ("in", tuple(bookings) or ("",)), "parenttype": "Service Booking"},
		fields=["parent", "resource"],
		order_by="parent asc, idx asc",
	)
	found: dict[str, list[str]] = {}
	for row in rows:
		found.setdefault(row.parent, []).append(row.resource)
	return found
