"""Records that came from an import, found again by their external IDs, and written in bulk."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import TypeVar

import frappe

from ..naming import new_code
from .rows import insert_rows

Row = TypeVar("Row")

AT_ONCE = 1000
"""Rows in one statement: few round trips, and far below the server's packet size."""

BOOKING_FIELDS = (
	"name",
	"customer",
	"customer_name",
	"service",
	"status",
	"source",
	"company",
	"starts_at",
	"ends_at",
	"starts_at_utc",
	"ends_at_utc",
	"completed_at",
	"cancelled_at",
	"cancelled_by",
	"cancel_reason",
	"notes",
	"external_id",
)
RESOURCE_FIELDS = ("parent", "parenttype", "parentfield", "idx", "resource", "kind")
SALE_FIELDS = (
	"receipt",
	"posting_date",
	"customer",
	"resource",
	"item",
	"description",
	"qty",
	"net_amount",
	"gst_amount",
	"pst_amount",
	"external_id",
)


@dataclass(frozen=True)
class ImportedBooking:
	"""A row of Service Booking with its one resource; naive datetimes are site time, those named UTC are UTC."""

	name: str
	customer: str
	customer_name: str
	service: str
	status: str
	source: str
	company: str
	starts_at: datetime
	ends_at: datetime
	starts_at_utc: datetime
	ends_at_utc: datetime
	completed_at: datetime | None
	cancelled_at: date | None
	cancelled_by: str | None
	cancel_reason: str | None
	notes: str | None
	external_id: str
	resource: str
	kind: str


@dataclass(frozen=True)
class ImportedSale:
	"""A row of Past Sale; amounts are exact, in the company's currency."""

	receipt: str
	posting_date: date
	customer: str
	resource: str
	item: str | None
	description: str
	qty: Decimal
	net_amount: Decimal
	gst_amount: Decimal
	pst_amount: Decimal
	external_id: str


def new_booking_name() -> str:
	"""A booking's name, as its controller gives it."""
	return new_code("BK")


def known_by_id(doctype: str, ids: Collection[str], field: str = "external_id") -> dict[str, str]:
	"""The names of the records that have these external IDs, by ID."""
	if not ids:
		return {}
	rows = frappe.get_all(doctype, filters={field: ("in", list(ids))}, fields=["name", field], order_by=None)
	return {row[field]: row.name for row in rows}


def known_names(doctype: str, names: Collection[str]) -> set[str]:
	"""Those of the names that exist, in capitals: the database does not tell the cases apart."""
	if not names:
		return set()
	found = frappe.get_all(doctype, filters={"name": ("in", list(names))}, pluck="name", order_by=None)
	return {name.upper() for name in found}


def booking_states(ids: Collection[str]) -> dict[str, str]:
	"""The status of the bookings that have these external IDs, by ID."""
	if not ids:
		return {}
	rows = frappe.get_all(
		"Service Booking",
		filters={"external_id": ("in", list(ids))},
		fields=["external_id", "status"],
		order_by=None,
	)
	return {row.external_id: row.status for row in rows}


def sale_amounts(ids: Collection[str]) -> dict[str, tuple[Decimal, ...]]:
	"""Quantity, net amount, GST and PST of the past sales that have these external IDs, exact, by ID."""
	if not ids:
		return {}
	rows = frappe.db.sql(
		"""select external_id, cast(qty as char), cast(net_amount as char), cast(gst_amount as char),
			cast(pst_amount as char)
		from `tabPast Sale` where external_id in %(ids)s""",
		{"ids": tuple(ids)},
	)
	return {row[0]: tuple(Decimal(amount) for amount in row[1:]) for row in rows}


def sale_sums(ids: Collection[str]) -> tuple[int, int, Decimal, Decimal, Decimal, Decimal]:
	"""Of the past sales that have these external IDs: lines, receipts, and the sums of quantity, net, GST and PST.

	The server adds decimals and hands them over as text, so no sum goes through a float.
	"""
	if not ids:
		return 0, 0, Decimal(0), Decimal(0), Decimal(0), Decimal(0)
	lines, receipts, *sums = frappe.db.sql(
		"""select count(*), count(distinct receipt), cast(sum(qty) as char), cast(sum(net_amount) as char),
			cast(sum(gst_amount) as char), cast(sum(pst_amount) as char)
		from `tabPast Sale` where external_id in %(ids)s""",
		{"ids": tuple(ids)},
	)[0]
	qty, net, gst, pst = (Decimal(amount or 0) for amount in sums)
	return lines, receipts, qty, net, gst, pst


def insert_bookings(bookings: Sequence[ImportedBooking]) -> None:
	"""Insert bookings with their resources, without controllers: no claim, no chain, no message.

	Raises frappe.DuplicateEntryError when an external ID exists.
	"""
	for part in _parts(bookings):
		insert_rows("Service Booking", BOOKING_FIELDS, [_values(row, BOOKING_FIELDS) for row in part])
		children = [
			(row.name, "Service Booking", "resources", 1, row.resource, row.kind)
			for row in part
			if row.resource
		]
		insert_rows("Service Booking Resource", RESOURCE_FIELDS, children)


def insert_sales(sales: Sequence[ImportedSale]) -> None:
	"""Insert past sales. Raises frappe.DuplicateEntryError when an external ID exists."""
	for part in _parts(sales):
		insert_rows("Past Sale", SALE_FIELDS, [_values(row, SALE_FIELDS) for row in part])


def refresh_history(customers: Collection[str]) -> None:
	"""Set visits, last visit, no-shows and the last day booked of these customers from all their bookings."""
	if not customers:
		return
	frappe.db.sql(
		"""update `tabCustomer` customer
		join (
			select customer,
				sum(status = 'Completed') visits,
				max(if(status = 'Completed', date(starts_at), null)) last_visit,
				sum(status = 'No-show') no_shows,
				max(if(status != 'Cancelled', date(starts_at), null)) last_booked
			from `tabService Booking` where customer in %(customers)s group by customer
		) history on history.customer = customer.name
		set customer.runbook_visits = history.visits,
			customer.runbook_last_visit = history.last_visit,
			customer.runbook_no_shows = history.no_shows,
			customer.runbook_last_booked = history.last_booked""",
		{"customers": tuple(customers)},
	)
	for customer in customers:
		frappe.clear_document_cache("Customer", customer)


def customer_names(names: Iterable[str]) -> Mapping[str, str]:
	"""What customers are called, by name."""
	wanted = list(names)
	rows = frappe.get_all(
		"Customer", filters={"name": ("in", wanted)}, fields=["name", "customer_name"], order_by=None
	)
	return {row.name: row.customer_name for row in rows}


def _parts(rows: Sequence[Row]) -> Iterable[Sequence[Row]]:
	return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _values(row: object, fields: Sequence[str]) -> tuple[object, ...]:
	return tuple(getattr(row, field) for field in fields)
