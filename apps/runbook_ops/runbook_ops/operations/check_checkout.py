"""A checkout is written by operations only; what people may change of it is nothing."""

from frappe.model.document import Document

from ..core.refusal import Refusal
from ..errors import CheckoutRefused
from ..messages import refuse


def refuse_edit(checkout: Document) -> None:
	"""Whoever is not an operation."""
	if not checkout.flags.by_engine:
		refuse(Refusal("checkout_posted"), CheckoutRefused)


def refuse_deletion(checkout: Document) -> None:
	"""What was posted stays; a mistake is undone by a credit note."""
	refuse(Refusal("checkout_posted"), CheckoutRefused)
