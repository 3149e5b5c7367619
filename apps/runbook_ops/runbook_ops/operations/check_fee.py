"""A fee is written by operations only; people waive it."""

from frappe.model.document import Document

from ..core.refusal import Refusal
from ..errors import FeeRefused
from ..messages import refuse


def refuse_edit(fee: Document) -> None:
	"""Whoever is not an operation."""
	if not fee.flags.by_engine:
		refuse(Refusal("fee_by_hand"), FeeRefused)


def refuse_deletion() -> None:
	"""What was decided stays; a fee is taken back by a waiver."""
	refuse(Refusal("fee_by_hand"), FeeRefused)
