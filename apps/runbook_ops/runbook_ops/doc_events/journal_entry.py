"""ERPNext's Journal Entry: those that post what packages move."""

from frappe.model.document import Document

from ..operations.reverse_usage import voucher_cancelled


def on_cancel(doc: Document, method: str | None = None) -> None:
	"""The package's row is reversed with its entry."""
	voucher_cancelled(doc)
