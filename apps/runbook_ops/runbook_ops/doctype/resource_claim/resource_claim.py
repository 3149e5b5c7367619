"""A stretch of a resource's time that a booking, a hold or a class claims."""

import frappe
from frappe.model.document import Document


class ResourceClaim(Document):
	pass


def on_doctype_update():
	frappe.db.add_index(
		"Resource Claim",
		["resource", "start_minute", "end_minute", "latitude_e6", "longitude_e6"],
		"resource_time_place",
	)
