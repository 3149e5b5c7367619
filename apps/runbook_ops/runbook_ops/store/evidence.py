"""What the site keeps of a booking from its first to its last day: messages, changes, notes, and what was paid."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import frappe

CHANGES = """select creation, owner, data from `tabVersion` where ref_doctype = 'Service Booking' and docname = %s
	order by creation, name"""
NOTES = """select creation, owner, comment_type, content from `tabComment`
	where reference_doctype = 'Service Booking' and reference_name = %s and comment_type in ('Info', 'Comment')
	order by creation, name"""
MESSAGES = """select communication_date, communication_medium, sent_or_received, sender, recipients, subject, content,
		message_id from `tabCommunication`
	where reference_doctype = 'Service Booking' and reference_name = %s and communication_type in ('Communication', 'Automated Message')
	order by communication_date, name"""
VOUCHERS = """select name, 'Payment Entry' as doctype, payment_type as kind, paid_amount as amount, docstatus, creation, owner
	from `tabPayment Entry` where runbook_booking = %(booking)s and docstatus > 0
	union all select name, 'Sales Invoice', if(is_return, 'Return', 'Invoice'), grand_total, docstatus, creation, owner
	from `tabSales Invoice` where runbook_booking = %(booking)s and docstatus > 0 order by creation, name"""


@dataclass(frozen=True)
class Change:
	"""A field of a booking that was given another value; `at` in site time."""

	at: datetime
	user: str
	field: str
	before: str
	after: str


def changes_of(booking: str) -> tuple[Change, ...]:
	"""Every change of the booking's own fields that was recorded, the first ones first."""
	return tuple(
		Change(row.creation, row.owner, field, str(before or ""), str(after or ""))
		for row in frappe.db.sql(CHANGES, booking, as_dict=True)
		for field, before, after in _changed(json.loads(row.data or "{}"))
	)


def _changed(data: Mapping[str, list]) -> list:
	return data.get("changed") or []


def notes_of(booking: str) -> list[frappe._dict]:
	"""What the engine and people wrote on the booking."""
	return frappe.db.sql(NOTES, booking, as_dict=True)


def messages_of(booking: str) -> list[frappe._dict]:
	"""What was written to and by the customer and others about the booking."""
	return frappe.db.sql(MESSAGES, booking, as_dict=True)


def vouchers_of(booking: str) -> list[frappe._dict]:
	"""Payments and invoices that name the booking."""
	return frappe.db.sql(VOUCHERS, {"booking": booking}, as_dict=True)
