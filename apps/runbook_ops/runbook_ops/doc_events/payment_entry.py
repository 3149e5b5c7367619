"""ERPNext's Payment Entry: two at the same moment do not pay one invoice twice."""

from frappe.model.document import Document

from ..operations.hold_paid_invoices import hold_paid_invoices


def before_submit(doc: Document, method: str | None = None) -> None:
	"""Runs after ERPNext's own checks, which look at what the transaction saw when it began."""
	hold_paid_invoices(doc)
