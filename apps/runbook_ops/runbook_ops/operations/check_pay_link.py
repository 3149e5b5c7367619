"""A pay link is written by operations only, and goes from state to state as the core says."""

from frappe.model.document import Document

from ..core.pay_links import UNSETTLED, check_transition
from ..core.refusal import Refusal
from ..errors import PaymentRefused
from ..messages import refuse


def check_pay_link(link: Document) -> None:
	"""Refuse people's edits and impossible moves; while somebody may pay, what it is for is taken."""
	if not link.flags.by_engine:
		refuse(Refusal("pay_link_by_hand"), PaymentRefused)
	before = link.get_doc_before_save()
	refusal = check_transition(before.status if before else None, link.status)
	if refusal:
		refuse(refusal, PaymentRefused)
	link.open_key = (link.sales_invoice or link.booking) if link.status in UNSETTLED else None
	link.idempotency_key = f"{link.name}-{link.attempt}"


def refuse_deletion() -> None:
	"""What was asked and paid stays; a link that is not wanted any more is withdrawn."""
	refuse(Refusal("pay_link_by_hand"), PaymentRefused)
