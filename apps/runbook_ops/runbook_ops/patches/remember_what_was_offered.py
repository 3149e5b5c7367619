"""What a site has been brought is remembered from now on; what came before is told by what is there and what was deleted."""

import frappe

from ..store.offered import CHAIN, FIELD, remember_offered

FIELDS = (
	*("Service Booking.notes", "Service Booking.scope", "Service Job.scope", "Service Job.access_notes"),
	*("Customer.customer_group", "Customer.market_segment", "Customer.industry", "Customer.language"),
	*("Customer.customer_details", "Contact.status", "Contact.designation", "Contact.department"),
	*("Opportunity.probability", "Opportunity.expected_closing", "Opportunity.opportunity_type"),
)
"""The rows with which sites began before they remembered."""


def execute() -> None:
	"""Note the chains that are there or were deleted and, where the list of fields was ever filled, the rows it had."""
	remember_offered(CHAIN, frappe.get_all("Trigger Chain", pluck="name", order_by="name asc"))
	deleted = {"deleted_doctype": "Trigger Chain"}
	remember_offered(
		CHAIN, frappe.get_all("Deleted Document", deleted, pluck="deleted_name", order_by="creation asc")
	)
	if _had_fields():
		remember_offered(FIELD, FIELDS)


def _had_fields() -> bool:
	"""Whether the list has rows, or somebody has changed it."""
	changed = {"ref_doctype": "Runbook Settings", "data": ("like", '%"chain_fields"%')}
	return bool(
		frappe.db.exists("Chain Field", {"parenttype": "Runbook Settings"})
		or frappe.db.exists("Version", changed)
	)
