"""Any record as chains may read it: its plain fields, whom it is about and how to reach them; no passwords, no rows, no hidden levels."""

import json
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal

import frappe
from frappe.utils import cint, get_url_to_form, strip_html

from ..core.chains.facts import BookingPicture
from ..site_time import utc_now
from .channel_settings import set_up_channels

PLAIN = frozenset(
	{
		"Autocomplete",
		"Barcode",
		"Check",
		"Currency",
		"Data",
		"Date",
		"Datetime",
		"Duration",
		"Dynamic Link",
		"Float",
		"Int",
		"Link",
		"Long Text",
		"Percent",
		"Phone",
		"Rating",
		"Read Only",
		"Select",
		"Small Text",
		"Text",
		"Text Editor",
		"Time",
	}
)
"""Kinds of fields that chains may watch and name."""

DATES = ("Date", "Datetime")
STANDARD = {
	"name": "Data",
	"owner": "Link",
	"creation": "Datetime",
	"modified": "Datetime",
	"modified_by": "Link",
	"docstatus": "Int",
}
NAMES = ("customer_name", "party_name", "lead_name", "full_name", "title", "subject")
EMAILS = ("contact_email", "email_id", "email", "customer_email", "raised_by", "email_to")
MOBILES = ("contact_mobile", "mobile_no", "mobile", "phone", "contact_phone")
PARTY_TYPES = ("party_type", "quotation_to", "opportunity_from")
REACHED = """select customer.customer_name, customer.runbook_visits as visits,
		nullif(customer.runbook_channel, '') as channel, nullif(customer.language, '') as language,
		coalesce(nullif(contact.email_id, ''), nullif(customer.email_id, '')) as email,
		coalesce(nullif(contact.mobile_no, ''), nullif(customer.mobile_no, '')) as mobile
	from `tabCustomer` customer left join `tabContact` contact
		on contact.name = coalesce(nullif(%(contact)s, ''), customer.customer_primary_contact)
	where customer.name = %(customer)s"""


def plain_fields(doctype: str) -> dict[str, str]:
	"""The fields of a DocType that chains may name, with their types."""
	meta = frappe.get_meta(doctype)
	own = {
		field.fieldname: field.fieldtype
		for field in meta.fields
		if field.fieldtype in PLAIN and not cint(field.permlevel) and not cint(field.get("is_virtual"))
	}
	return {**own, **STANDARD}


def record_values(doctype: str, name: str, fields: Collection[str]) -> dict[str, object]:
	"""These fields of a record as plain values, None for those that it has not; empty when it is gone."""
	if doctype == "Chain Submission":
		return _submitted(name, fields)
	known = plain_fields(doctype)
	asked = [field for field in fields if field in known]
	row = frappe.db.get_value(doctype, name, ["name", *asked], as_dict=True)
	return _plain_values(row, fields, known) if row else {}


def record_picture(doctype: str, name: str, fields: Collection[str]) -> BookingPicture | None:
	"""A record that is no booking as steps see it: whom it is about, how to reach them, and its fields; None when it is gone."""
	if doctype == "Chain Submission":
		row = frappe._dict(_submitted(name, ()))
		row.name = frappe.db.get_value(doctype, name)
		known: Mapping[str, str] = dict.fromkeys(row, "Data")
	else:
		known = plain_fields(doctype)
		row = frappe.db.get_value(doctype, name, "*", as_dict=True)
	if not row or not row.name:
		return None
	customer = _customer_of(doctype, row)
	contact = row.get("contact_person") or row.get("contact")
	reached = _reached(customer, contact) if customer else frappe._dict()
	now, settings = utc_now(), frappe.get_cached_doc("Runbook Settings")
	return BookingPicture(
		booking=name,
		status=row.get("status") if doctype == "Waitlist Offer" else "",
		customer=customer or row.get("party_name") or name,
		customer_name=reached.customer_name or _first(row, NAMES) or name,
		service=row.get("service") or "",
		service_name=row.get("service") or "",
		start=now,
		end=now,
		customer_email=_first(row, _with_option(doctype, EMAILS, "Email")) or reached.email,
		customer_mobile=_first(row, _with_option(doctype, MOBILES, "Phone")) or reached.mobile,
		customer_visits=reached.visits or 0,
		contact=contact,
		source=row.get("source") or row.get("utm_source"),
		notes=get_url_to_form(doctype, name),
		territory=row.get("territory"),
		opportunity=name if doctype == "Opportunity" else row.get("opportunity"),
		company=row.get("company") or settings.company,
		company_phone=settings.company_phone,
		review_link=settings.review_link,
		record=_plain_values(row, fields, known),
		channels=set_up_channels(),
		customer_channel=reached.channel,
		customer_language=row.get("language") or reached.language,
		invoice_paid=doctype == "Sales Invoice" and row.docstatus == 1 and row.outstanding_amount <= 0,
	)


def _customer_of(doctype: str, row: frappe._dict) -> str | None:
	"""The customer that a record names, or is."""
	if doctype == "Customer":
		return row.name
	if row.get("customer"):
		return row.customer
	party_type = next((row.get(field) for field in PARTY_TYPES if row.get(field)), None)
	party = row.get("party") or row.get("party_name")
	return party if party_type == "Customer" else None


def _reached(customer: str, contact: str | None) -> frappe._dict:
	rows = frappe.db.sql(REACHED, {"customer": customer, "contact": contact or ""}, as_dict=True)
	return rows[0] if rows else frappe._dict()


def _first(row: frappe._dict, names: Iterable[str]) -> str | None:
	return next((row.get(name) for name in names if row.get(name)), None)


def _with_option(doctype: str, names: tuple[str, ...], option: str) -> tuple[str, ...]:
	"""The usual names, then the fields of which the DocType itself says that they hold such a thing."""
	fields = frappe.get_meta(doctype).fields
	return (*names, *(field.fieldname for field in fields if field.options == option))


def _plain_values(row: frappe._dict, fields: Collection[str], known: Mapping[str, str]) -> dict[str, object]:
	return {field: _plain(row.get(field), known.get(field, "")) for field in fields}


def _plain(value: object, fieldtype: str) -> object:
	if value in (None, ""):
		return None
	if fieldtype == "Currency":
		return round(Decimal(str(value)), 2)
	if fieldtype == "Text Editor":
		return strip_html(str(value)).strip() or None
	if isinstance(value, timedelta):
		minutes, seconds = divmod(int(value.total_seconds()), 60)
		return f"{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
	return value


def _submitted(name: str, fields: Collection[str]) -> dict[str, object]:
	"""What another program sent; all of it when no fields are named."""
	text = frappe.db.get_value("Chain Submission", name, "payload")
	values = json.loads(text) if text else {}
	return {field: values.get(field) for field in fields} if fields else values
