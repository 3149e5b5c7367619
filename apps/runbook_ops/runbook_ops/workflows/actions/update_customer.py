"""Write what the booking tells to the customer's and the contact's record."""

from collections.abc import Mapping

import frappe
from frappe import _

from .context import Context, Result


def update_customer(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Keep the first source, the last job type and the day last booked for; link the contact that was used."""
	booking = frappe.db.get_value(
		"Service Booking",
		context.booking,
		["customer", "starts_at", "contact", "email", "mobile"],
		as_dict=True,
	)
	known = frappe.db.get_value("Customer", booking.customer, "runbook_source")
	values = {"runbook_last_booked": booking.starts_at.date()}
	if arguments["job_type"]:
		values["runbook_last_job_type"] = arguments["job_type"]
	if arguments["source"] and not known:
		values["runbook_source"] = arguments["source"]
	frappe.db.set_value("Customer", booking.customer, values, update_modified=False)
	if booking.contact:
		_complete_contact(booking)
	return Result(_("Customer {0} updated").format(booking.customer), ("Customer", booking.customer))


def _complete_contact(booking: frappe._dict) -> None:
	contact = frappe.get_doc("Contact", booking.contact)
	linked = any(
		link.link_doctype == "Customer" and link.link_name == booking.customer for link in contact.links
	)
	if not linked:
		contact.append("links", {"link_doctype": "Customer", "link_name": booking.customer})
	if booking.email and not contact.email_ids:
		contact.add_email(booking.email, is_primary=True)
	if booking.mobile and not contact.phone_nos:
		contact.add_phone(booking.mobile, is_primary_mobile_no=True)
	if not linked or not contact.email_id or not contact.mobile_no:
		contact.save(ignore_permissions=True)
