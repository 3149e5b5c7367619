"""Make the work order of a booking."""

from collections.abc import Mapping

import frappe
from frappe import _

from .context import Context, Result


def create_job(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Insert the Service Job, unless the booking has one."""
	booking = frappe.get_doc("Service Booking", context.booking)
	if booking.job:
		return Result(_("The booking has its job already"), ("Service Job", booking.job))
	job = frappe.get_doc(
		{
			"doctype": "Service Job",
			"booking": booking.name,
			"customer": booking.customer,
			"customer_name": booking.customer_name,
			"service": booking.service,
			"starts_at": booking.starts_at,
			"ends_at": booking.ends_at,
			"scope": arguments["scope"],
			"address_display": arguments["address"],
			"access_notes": arguments["access_notes"],
		}
	)
	job.insert(ignore_permissions=True)
	booking.db_set("job", job.name, update_modified=False)
	return Result(_("Job created"), ("Service Job", job.name))
