"""A payment, or its cancelling, changes what is owed on an invoice: steps that wait for that are looked at."""

import frappe
from frappe.model.document import Document

from ..store.chain_watch import watches
from ..workflows.waits import record_moved


def on_update(doc: Document, method: str | None = None) -> None:
	"""Runs after ERPNext has brought the invoice's outstanding amount up to date."""
	if doc.against_voucher_type != "Sales Invoice" or not watches().waits:
		return
	record_moved("Sales Invoice", doc.against_voucher_no)
	booking = frappe.db.get_value("Sales Invoice", doc.against_voucher_no, "runbook_booking")
	if booking:
		record_moved("Service Booking", booking)
