"""A payment, or its cancelling, changes what is owed on an invoice: steps and plans that wait for that are looked at."""

import frappe
from frappe.model.document import Document

from ..store.chain_watch import watches
from ..store.plans import suspended_for_paid
from ..workflows.waits import record_moved


def on_update(doc: Document, method: str | None = None) -> None:
	"""Runs after ERPNext has brought the invoice's outstanding amount up to date."""
	if doc.against_voucher_type != "Sales Invoice":
		return
	if suspended_for_paid(doc.against_voucher_no):
		job = "runbook_ops.jobs.receivables.resume"
		frappe.enqueue(job, enqueue_after_commit=True, invoice=doc.against_voucher_no)
	if not watches().waits:
		return
	record_moved("Sales Invoice", doc.against_voucher_no)
	booking = frappe.db.get_value("Sales Invoice", doc.against_voucher_no, "runbook_booking")
	if booking:
		record_moved("Service Booking", booking)
