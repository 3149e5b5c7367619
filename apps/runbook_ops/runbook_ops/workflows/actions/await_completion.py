"""The technician has marked the job done: note it on the trail."""

from collections.abc import Mapping

import frappe
from frappe import _
from frappe.utils import format_datetime

from .context import Context, Result


def await_completion(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Nothing is left to do; the steps that wait for the completion have got their times with it."""
	at = frappe.db.get_value("Service Booking", context.booking, "completed_at")
	return Result(_("Job done at {0}").format(format_datetime(at)), ("Service Booking", context.booking))
