"""ERPNext's Sales Invoice: packages that it sells and gives back; drafts of finance charges that are let go."""

from frappe.model.document import Document

from ..operations.check_receivable import let_go_of_draft
from ..operations.refund_package import take_back_invoice
from ..operations.reverse_usage import voucher_cancelled
from ..operations.sell_package import prepare_invoice, sell_invoice


def validate(doc: Document, method: str | None = None) -> None:
	"""Package rows post to the liability."""
	prepare_invoice(doc)


def on_submit(doc: Document, method: str | None = None) -> None:
	"""Packages are sold, or given back."""
	if doc.is_return:
		take_back_invoice(doc)
	else:
		sell_invoice(doc)


def on_cancel(doc: Document, method: str | None = None) -> None:
	"""What it moved comes back, or the cancellation is refused because later rows build on it."""
	voucher_cancelled(doc)


def on_trash(doc: Document, method: str | None = None) -> None:
	"""A finance charge whose draft is deleted stays, so that the month is not charged again."""
	let_go_of_draft(doc.name)
