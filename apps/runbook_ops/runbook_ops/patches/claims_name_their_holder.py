"""Claims were of bookings only; now a hold or a class can have them too."""

from frappe.model.utils.rename_field import rename_field


def execute() -> None:
	"""Carry `booking` over to `holder`."""
	for doctype in ("Slot Bucket", "Resource Claim"):
		rename_field(doctype, "booking", "holder")
