"""What a save, a later change or a cancellation of a Quotation means for the estimate that its customer sees."""

import frappe
from frappe import _
from frappe.model.document import Document

from ..core.estimates import (
	OPEN_STATES,
	EstimateState,
	check_deposit_percent,
	check_lines,
	needs_signature,
	with_defaults,
)
from ..core.refusal import Refusal
from ..errors import EstimateRefused
from ..messages import refuse
from ..store.estimates import (
	OWN_FIELDS,
	SIGNATURE,
	STATE,
	content_of,
	deposit_percent,
	give_link,
	lines_of,
	set_chosen,
	signed_hash,
	state_of,
)


def prepare_estimate(quotation: Document) -> None:
	"""Before ERPNext reckons: of each group one option is chosen, and what is not chosen stays out of the totals.

	The estimate's own fields stay as they are stored, whoever sends others. Raises EstimateRefused.
	"""
	before = quotation.get_doc_before_save()
	if not quotation.flags.by_estimate:
		for field in OWN_FIELDS:
			quotation.set(field, before.get(field) if before else None)
	wrong = _wrong_deposit(quotation)
	if quotation.docstatus == 0:
		wrong = wrong or check_lines(lines_of(quotation))
	if wrong:
		refuse(wrong, EstimateRefused)
	set_chosen(quotation, with_defaults(lines_of(quotation)))
	if quotation.get(STATE) and before and str(before.valid_till or "") != str(quotation.valid_till or ""):
		give_link(quotation)


def _wrong_deposit(quotation: Document) -> Refusal | None:
	percent = deposit_percent(quotation)
	if not percent:
		return None
	own = frappe.get_cached_value("Company", quotation.company, "default_currency")
	return check_deposit_percent(percent, quotation.currency, own)


def keep_signature_true(quotation: Document) -> None:
	"""After a change of a submitted one: what is not what was signed has to be sent and signed anew; what staff lost is over."""
	if quotation.status == "Lost" and state_of(quotation) in OPEN_STATES:
		quotation.db_set(STATE, EstimateState.SUPERSEDED.value)
	if state_of(quotation) is not EstimateState.APPROVED or not quotation.get(SIGNATURE):
		return
	if needs_signature(signed_hash(quotation), content_of(quotation)):
		quotation.db_set(STATE, EstimateState.DRAFT.value)
		quotation.add_comment(
			"Info", _("The estimate was changed after it was signed: it needs a new signature")
		)


def withdraw_estimate(quotation: Document) -> None:
	"""A cancelled Quotation can't be answered any more; its link says so."""
	if quotation.get(STATE) and state_of(quotation) is not EstimateState.SUPERSEDED:
		quotation.db_set(STATE, EstimateState.SUPERSEDED.value)
