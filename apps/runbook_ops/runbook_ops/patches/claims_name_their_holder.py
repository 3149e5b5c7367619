"""Claims were of bookings only; now a hold or a class can have them too."""

import frappe
from frappe.model.utils.rename_field import rename_field


def execute() -> None:
	"""Carry `booking` over to `holder`; the index without the places is covered by the one with them."""
	for doctype in ("Slot Bucket", "Resource Claim"):
		rename_field(doctype, "booking", "holder")
	if frappe.db.has_index("tabResource Claim", "resource_time"):
		frappe.db.sql_ddl("alter table `tabResource Claim` drop index `resource_time`")
