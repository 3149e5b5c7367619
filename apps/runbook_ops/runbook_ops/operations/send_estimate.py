"""Send an estimate: the Quotation gets its customer's link, and whatever chain listens mails it."""

from dataclasses import dataclass

import frappe
from frappe.model.document import Document

from ..core.estimates import OPEN_STATES, EstimateState, check_transition, is_expired, needs_signature
from ..core.refusal import Refusal
from ..errors import EstimateRefused
from ..messages import refuse
from ..site_time import to_site, utc_now
from ..store.estimates import (
	STATE,
	content_of,
	give_link,
	is_mailed_by_chain,
	signed_hash,
	state_of,
	valid_till,
)


@dataclass(frozen=True)
class SentEstimate:
	"""What came of it; `mailed`: a chain that has just started sends the link."""

	link: str
	state: str
	mailed: bool


def send_estimate(name: str) -> SentEstimate:
	"""Open it to its customer's answer; one that is open already stays as it is. Raises EstimateRefused."""
	quotation = frappe.get_doc("Quotation", name, for_update=True)
	state = state_of(quotation)
	wrong = _cannot(quotation, state)
	if wrong:
		refuse(wrong, EstimateRefused)
	if state in OPEN_STATES:
		return SentEstimate(quotation.runbook_estimate_link, state.value, False)
	give_link(quotation)
	quotation.set(STATE, EstimateState.SENT.value)
	quotation.runbook_estimate_sent_at = to_site(utc_now())
	quotation.flags.by_estimate = True
	quotation.save()
	return SentEstimate(quotation.runbook_estimate_link, EstimateState.SENT.value, is_mailed_by_chain())


def _cannot(quotation: Document, state: EstimateState) -> Refusal | None:
	if quotation.docstatus == 2:
		return Refusal("estimate_cancelled", "docstatus")
	if quotation.status == "Lost":
		return Refusal("estimate_lost", "status")
	if not quotation.items:
		return Refusal("estimate_no_lines", "items")
	if quotation.valid_till is None:
		return Refusal("estimate_no_end", "valid_till")
	if is_expired(valid_till(quotation), to_site(utc_now()).date()):
		return Refusal("estimate_over", "valid_till", {"day": frappe.format(quotation.valid_till, "Date")})
	if state is EstimateState.APPROVED and not needs_signature(signed_hash(quotation), content_of(quotation)):
		return Refusal("estimate_signed", "status")
	return None if state in OPEN_STATES else check_transition(state, EstimateState.SENT)
