"""What is known of a booking when its customer disputes a charge, for the print format and for programs."""

from dataclasses import asdict

import frappe

from ..operations.gather_evidence import gather_evidence


@frappe.whitelist(methods=["GET", "POST"])
def booking_evidence(booking: str) -> dict:
	"""`version`, `accepted_at`, `policy_text`, `rules` in words, and `events`: `at` (site time), `what`, `text`, `who`."""
	frappe.has_permission("Service Booking", "read", booking, throw=True)
	return asdict(gather_evidence(frappe.get_doc("Service Booking", booking)))
