"""Give the job to the person or crew whose time the booking has claimed."""

from collections.abc import Mapping

import frappe
from frappe import _

from .context import Context, Result


def assign_job(context: Context, arguments: Mapping[str, object]) -> Result:
	"""Set the job's resource; the job's own rules make it Assigned and know the login."""
	job = frappe.get_doc("Service Job", arguments["job"])
	job.resource = arguments["resource"]
	job.save(ignore_permissions=True)
	return Result(_("Assigned to {0}").format(job.resource), ("Service Job", job.name))
