"""A customer's signature is written by the approval only, once."""

from frappe.model.document import Document

from ..core.refusal import Refusal
from ..errors import EstimateRefused
from ..messages import refuse


def refuse_edit(signature: Document) -> None:
	"""Whoever is not the approval, and the approval too when it is written already."""
	if not signature.is_new() or not signature.flags.by_customer:
		refuse(Refusal("signature_by_hand"), EstimateRefused)


def refuse_deletion() -> None:
	"""What was signed stays signed."""
	refuse(Refusal("signature_by_hand"), EstimateRefused)
