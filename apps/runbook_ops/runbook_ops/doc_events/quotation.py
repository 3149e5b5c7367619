"""ERPNext's Quotation as an estimate: options and add-ons, the signature under it, and its end."""

from frappe.model.document import Document

from ..operations.follow_estimate import keep_signature_true, prepare_estimate, withdraw_estimate
from ..workflows.estimates import estimate_changed


def before_validate(doc: Document, method: str | None = None) -> None:
	"""One option of each group is in the totals."""
	prepare_estimate(doc)


def on_update_after_submit(doc: Document, method: str | None = None) -> None:
	"""What was signed and is changed has to be signed anew."""
	keep_signature_true(doc)


def on_change(doc: Document, method: str | None = None) -> None:
	"""Reminders stop with the answer."""
	estimate_changed(doc)


def on_cancel(doc: Document, method: str | None = None) -> None:
	"""Its link says that it is withdrawn."""
	withdraw_estimate(doc)
