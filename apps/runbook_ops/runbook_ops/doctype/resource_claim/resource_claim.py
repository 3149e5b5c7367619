"""A stretch of a resource's time that a booking claims."""

import frappe
from frappe.model.document import Document


class ResourceClaim(Document):
	pass


def on_doctype_update():
	frappe.db.add_index("Resource Claim", ["resource", "start_minute", "end_minute"], "resource_time")
