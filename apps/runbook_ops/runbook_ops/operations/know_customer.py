"""Make or match the customer of an online booking; what is known of a person is neither changed nor told."""

from dataclasses import dataclass, replace

import frappe
from frappe import _

from .. import links
from ..contact_details import home_country, normal_email, normal_phone, ways_to_write
from ..core.guest_input import Address, Details
from ..core.refusal import Refusal
from ..errors import GuestRefused
from ..store import people


@dataclass(frozen=True)
class Profile:
	"""Whom a booking is for, and what goes onto the booking itself."""

	customer: str
	contact: str | None
	notes: str


def normal_details(details: Details, company: str | None) -> Details:
	"""The details with address and number in one way of writing; raises GuestRefused for one that can't be."""
	email = normal_email(details.email) if details.email else ""
	if email is None:
		raise GuestRefused(Refusal("input_bad_email", "email"))
	phone = normal_phone(details.phone, home_country(company)) if details.phone else ""
	if phone is None:
		raise GuestRefused(Refusal("input_bad_phone", "phone"))
	return replace(details, email=email, phone=phone)


def know_customer(details: Details) -> Profile:
	"""The customer with this e-mail address, or with this number when no address was given; else a new one.

	The caller holds the lock on the person. A known person's records stay as they are. With an address, the number alone is no proof: what we would then send to that
	address may belong to somebody else.
	"""
	known = people.with_email(details.email) if details.email else None
	by_phone = people.with_phone(ways_to_write(details.phone)) if details.phone else None
	found = known if details.email else by_phone
	if found:
		return Profile(found.customer, found.contact, _differences(found, details))
	notes = _("The phone number is also the one of {0}.").format(by_phone.customer) if by_phone else ""
	return _new(details, notes)


def who(details: Details) -> str:
	"""A digest that stands for the person, by the address or else the number."""
	return links.digest("contact", details.email or details.phone)


def make_address(customer: str, address: Address, company: str | None) -> str:
	"""A new address for the visit, beside those that the customer has."""
	country = company and frappe.get_cached_value("Company", company, "country")
	doc = frappe.get_doc(
		{
			"doctype": "Address",
			"address_title": customer,
			"address_type": "Shipping",
			"address_line1": address.line,
			"city": address.city,
			"pincode": address.postcode,
			"country": country,
			"links": [{"link_doctype": "Customer", "link_name": customer}],
		}
	)
	return doc.insert(ignore_permissions=True).name


def _new(details: Details, notes: str) -> Profile:
	doc = frappe.get_doc(
		{
			"doctype": "Customer",
			"customer_name": details.name,
			"customer_type": "Individual",
			"customer_group": _standard("customer_group", "Customer Group"),
			"territory": _standard("territory", "Territory"),
			"email_id": details.email or None,
			"mobile_no": details.phone or None,
		}
	)
	doc.flags.ignore_permissions = True
	doc.insert()
	return Profile(doc.name, doc.customer_primary_contact, notes)


def _differences(known: people.Known, details: Details) -> str:
	lines = []
	name = frappe.get_cached_value("Customer", known.customer, "customer_name")
	if name.casefold() != details.name.casefold():
		lines.append(_("Name given online: {0}").format(details.name))
	if details.phone and not set(people.phones_of(known.contact)) & set(ways_to_write(details.phone)):
		lines.append(_("Phone given online: {0}").format(details.phone))
	return "\n".join(lines)


def _standard(field: str, doctype: str) -> str:
	wished = frappe.db.get_single_value("Selling Settings", field, cache=True)
	if wished:
		return wished
	return frappe.get_all(doctype, {"is_group": 0}, pluck="name", order_by="lft asc", limit=1)[0]
