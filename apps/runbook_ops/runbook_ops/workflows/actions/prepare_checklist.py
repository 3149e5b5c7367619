"""Put the service's prep checklist on the job."""

from collections.abc import Mapping
from typing import Any

import frappe
from frappe import _

from .context import Context, Result


def prepare_checklist(context: Context, arguments: Mapping[str, Any]) -> Result:
	"""Add those lines that the job does not have yet."""
	job = frappe.get_doc("Service Job", arguments["job"])
	known = {line.title for line in job.checklist}
	for title in arguments["lines"]:
		if title not in known:
			job.append("checklist", {"title": title})
	job.save(ignore_permissions=True)
	return Result(_("{0} lines to prepare").format(len(job.checklist)), ("Service Job", job.name))
