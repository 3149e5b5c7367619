"""Customers by the e-mail address or phone number that somebody gives; nothing of it is told to whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass

import frappe

BY_EMAIL = """select customer.name, contact.name
	from `tabContact Email` email
	join `tabContact` contact on contact.name = email.parent
	join `tabDynamic Link` link on link.parent = contact.name and link.parenttype = 'Contact' and link.link_doctype = 'Customer'
	join `tabCustomer` customer on customer.name = link.link_name and customer.disabled = 0
	where email.email_id = %s order by customer.creation, contact.creation limit 1"""
BY_PHONE = """select customer.name, contact.name
	from `tabContact Phone` phone
	join `tabContact` contact on contact.name = phone.parent
	join `tabDynamic Link` link on link.parent = contact.name and link.parenttype = 'Contact' and link.link_doctype = 'Customer'
	join `tabCustomer` customer on customer.name = link.link_name and customer.disabled = 0
	where phone.phone in %s order by customer.creation, contact.creation limit 1"""
NUMBERS = "select phone from `tabContact Phone` where parent = %s order by idx"


@dataclass(frozen=True)
class Known:
	"""A customer and the contact that led to it."""

	customer: str
	contact: str


def with_email(email: str) -> Known | None:
	"""The oldest customer who has this address, in whatever case it was typed."""
	return _first(frappe.db.sql(BY_EMAIL, email))


def with_phone(ways: Sequence[str]) -> Known | None:
	"""The oldest customer who has this number, written in one of these ways."""
	return _first(frappe.db.sql(BY_PHONE, (tuple(ways),)))


def phones_of(contact: str) -> tuple[str, ...]:
	"""The numbers of a contact, as they were typed."""
	return tuple(row[0] for row in frappe.db.sql(NUMBERS, contact))


def _first(rows: Sequence) -> Known | None:
	return Known(*rows[0]) if rows else None
