"""ERPNext's Opportunity: entering the stage Booked."""

from frappe.model.document import Document

from ..workflows.triggers import opportunity_changed


def on_update(doc: Document, method: str | None = None) -> None:
	"""Confirm its bookings or start its chains."""
	opportunity_changed(doc)
