"""The picture of a booking that a step decides on: one joined record, cached service, stock where materials are used."""

from collections.abc import Collection
from dataclasses import replace
from decimal import Decimal

import frappe
from frappe.utils import strip_html

from ..core.chains.facts import BookingPicture, Material, Source, sources_of
from ..core.chains.names import record_fields
from ..site_time import from_site, from_utc
from .channel_settings import set_up_channels
from .customer_history import history_of, visits_that_day
from .pay_links import owed_fields
from .records import record_picture, record_values
from .rows import json_row, read_json
from .trail_figures import trail_fields
from .visits import visit_link
from .waitlist import offer_picture

BOOKING_FIELDS = (
	"status",
	"customer",
	"customer_name",
	"service",
	"source",
	"starts_at_utc",
	"ends_at_utc",
	"contact",
	"access_notes",
	"scope",
	"notes",
	"price",
	"territory",
	"opportunity",
	"moves",
	"job",
	"address",
	"company",
	"completed_at",
	"creation",
)
PICTURE = json_row(
	{
		**{name: f"booking.{name}" for name in BOOKING_FIELDS},
		"booking": "booking.name",
		"services": "(select group_concat(part.service order by part.idx separator '\\n') from `tabService Booking Service` part"
		" where part.parent = booking.name and part.parenttype = 'Service Booking')",
		"customer_email": "coalesce(nullif(booking.email, ''), nullif(contact.email_id, ''), nullif(customer.email_id, ''))",
		"customer_mobile": "coalesce(nullif(booking.mobile, ''), nullif(contact.mobile_no, ''), nullif(customer.mobile_no, ''))",
		"customer_visits": "customer.runbook_visits",
		"customer_channel": "nullif(customer.runbook_channel, '')",
		"customer_language": "nullif(customer.language, '')",
		"address_line1": "address.address_line1",
		"address_line2": "address.address_line2",
		"city": "address.city",
		"state": "address.state",
		"pincode": "address.pincode",
		"own_zone": "coalesce(nullif(contact.runbook_time_zone, ''), nullif(address.runbook_time_zone, ''))",
		"country": "address.country",
		"job_status": "job.status",
		"job_completed_at": "job.completed_at",
		"resource": "resource.name",
		"technician_name": "resource.resource_name",
		"technician_email": "coalesce(nullif(resource.email, ''), resource.user)",
		"technician_mobile": "resource.mobile",
		"place": "lead.idx",
	}
)
RECORDS = f"select json_arrayagg({PICTURE})"
BOOKING_RECORD = f"""({RECORDS} from `tabCustomer` customer
left join `tabContact` contact on contact.name = coalesce(nullif(booking.contact, ''), customer.customer_primary_contact)
left join `tabAddress` address on address.name = coalesce(nullif(booking.address, ''), customer.customer_primary_address)
left join `tabService Job` job on job.name = booking.job
left join `tabService Booking Resource` lead on lead.parent = booking.name and lead.parenttype = 'Service Booking'
	and lead.kind in ('Person', 'Crew')
left join `tabService Resource` resource on resource.name = coalesce(nullif(job.resource, ''), lead.resource)
where customer.name = booking.customer)"""
"""What a picture is made of, once for each person or crew booked, as one JSON value of a query over `booking`.

A subquery, so that a query that locks its own rows locks none of these. Not sorted: that would cost a temporary table.
"""
RECORDS_OF_BOOKING = {"records": f"json_compact({BOOKING_RECORD})"}
SELECT_RECORDS = f"select {json_row(RECORDS_OF_BOOKING)}"
BOOKING_QUERY = f"{SELECT_RECORDS} from `tabService Booking` booking where booking.name = %s"


EVERYTHING = frozenset(Source)


def booking_picture(booking: str, sources: Collection[Source] = EVERYTHING) -> BookingPicture | None:
	"""The booking as it stands now, or None when it is gone; what comes from a source that is not asked is left empty."""
	rows = read_json(BOOKING_QUERY, (booking,))
	return picture_of(rows[0]["records"], sources) if rows and rows[0]["records"] else None


def picture_about(
	doctype: str, name: str, booking: str | None, wanted: Collection[str]
) -> BookingPicture | None:
	"""What a run is about, a booking or any record, with all that these facts need; None when it is gone."""
	if not booking:
		return reference_picture(doctype, name, wanted)
	picture = booking_picture(booking, sources_of(wanted))
	return picture and with_record(picture, doctype, name, record_fields(wanted))


def with_record(picture: BookingPicture, doctype: str, name: str, fields: Collection[str]) -> BookingPicture:
	"""The picture with these fields of the record that the run is about."""
	return replace(picture, record=record_values(doctype, name, fields)) if fields else picture


def picture_of(
	records: list[dict], sources: Collection[Source] = EVERYTHING, lock_stock: bool = False
) -> BookingPicture:
	"""The picture that a booking's records give; who is booked first is who comes.

	`lock_stock`: nobody else who asks so reads the stock of the same items until the transaction ends. Read-committed only.
	"""
	row = min(records, key=lambda record: record["place"] or 0)
	about = frappe.get_cached_doc("Bookable Service", row["service"])
	settings = frappe.get_cached_doc("Runbook Settings")
	completed = row["job_completed_at"] or row["completed_at"]
	return BookingPicture(
		booking=row["booking"],
		status=row["status"],
		customer=row["customer"],
		customer_name=row["customer_name"] or row["customer"],
		service=row["service"],
		service_name=about.service_name,
		services=tuple((row["services"] or "").splitlines()),
		start=from_utc(row["starts_at_utc"]),
		end=from_utc(row["ends_at_utc"]),
		customer_email=row["customer_email"],
		customer_mobile=row["customer_mobile"],
		customer_visits=row["customer_visits"] or 0,
		contact=row["contact"],
		source=row["source"],
		job_type=about.job_type,
		address=_address(row),
		needs_address=bool(about.needs_address),
		access_notes=row["access_notes"],
		scope=strip_html(row["scope"] or about.scope or "") or None,
		prep_instructions=about.prep_instructions,
		notes=row["notes"],
		price=Decimal(str(row["price"] or 0)),
		currency=frappe.get_cached_value("Company", row["company"], "default_currency") or "",
		resource=row["resource"],
		technician_name=row["technician_name"],
		technician_email=row["technician_email"],
		territory=row["territory"],
		opportunity=row["opportunity"],
		company=row["company"],
		company_phone=settings.company_phone,
		review_link=settings.review_link,
		visit_link=visit_link(row["booking"], from_utc(row["ends_at_utc"])),
		job=row["job"],
		job_status=row["job_status"],
		job_completed_at=from_site(completed) if completed else None,
		rebook_after_days=about.rebook_after_days or 0,
		outdoor=bool(about.outdoor),
		moves=row["moves"] or 0,
		materials=_materials(about.materials, row["company"], row["booking"], lock_stock)
		if Source.STOCK in sources
		else (),
		checklist=tuple(line.title for line in about.checklist),
		customer_zone=row["own_zone"] or zone_of_country(row["country"]),
		booked_at=from_site(row["creation"]) if row["creation"] else None,
		technician_jobs_that_day=visits_that_day(row["resource"], from_utc(row["starts_at_utc"]))
		if row["resource"] and Source.DAY in sources
		else 0,
		channels=set_up_channels(),
		customer_channel=row["customer_channel"],
		customer_language=row["customer_language"],
		technician_mobile=row["technician_mobile"],
		**(history_of(row["customer"], row["company"]) if Source.CUSTOMER in sources else {}),
		**trail_fields(row["booking"], sources),
	)


def zone_of_country(country: str | None) -> str | None:
	"""The time zone of a country that has one only."""
	zones = country and frappe.get_cached_value("Country", country, "time_zones")
	names = (zones or "").split()
	return names[0] if len(names) == 1 else None


def reference_picture(doctype: str, name: str, wanted: Collection[str] = ()) -> BookingPicture | None:
	"""The picture of a record that is no booking (an invoice, a form, an offer): whom it is about and how to reach them."""
	fields = record_fields(wanted)
	if doctype == "Waitlist Offer":
		offer = offer_picture(name)
		return offer and with_record(offer, doctype, name, fields)
	picture = record_picture(doctype, name, fields)
	if picture is None:
		return None
	sources = sources_of(wanted)
	history: dict = history_of(picture.customer, picture.company) if Source.CUSTOMER in sources else {}
	owed = owed_fields(invoice=name) if Source.LINK in sources and doctype == "Sales Invoice" else {}
	return replace(picture, **history, **owed)


def _address(row: dict) -> str | None:
	parts = (row["address_line1"], row["address_line2"], row["city"], row["state"], row["pincode"])
	return ", ".join(part for part in parts if part) or None


def _materials(wanted: list, company: str, booking: str, lock: bool) -> tuple[Material, ...]:
	"""What the visit uses up; available is what the stock is projected to hold less what other open bookings will use."""
	if not wanted:
		return ()
	items = tuple(row.item for row in wanted)
	if lock:
		frappe.db.sql("select name from `tabItem` where name in %s order by name for update", (items,))
	stock = frappe.db.sql(
		"""select bin.item_code, bin.warehouse, bin.projected_qty from `tabBin` bin
		join `tabWarehouse` warehouse on warehouse.name = bin.warehouse
		where bin.item_code in %s and warehouse.company = %s""",
		(items, company),
	)
	spoken_for = dict(
		frappe.db.sql(
			"""select material.item, sum(material.qty) from `tabService Material` material
			join `tabService Booking` booking on booking.service = material.parent
			where material.item in %s and booking.status in ('Confirmed', 'In Progress') and booking.company = %s
				and booking.name != %s group by material.item""",
			(items, company, booking),
		)
	)
	return tuple(_material(row, stock, Decimal(str(spoken_for.get(row.item) or 0))) for row in wanted)


def _material(row, stock: tuple, spoken_for: Decimal) -> Material:
	projected = sum(
		(
			Decimal(str(qty))
			for item, warehouse, qty in stock
			if item == row.item and row.warehouse in (None, "", warehouse)
		),
		Decimal(0),
	)
	about = frappe.get_cached_value("Item", row.item, ["item_name", "stock_uom"], as_dict=True)
	return Material(row.item, about.item_name, Decimal(str(row.qty)), projected - spoken_for, about.stock_uom)
