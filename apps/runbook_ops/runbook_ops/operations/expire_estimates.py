"""End the estimates whose last day is over without an answer."""

from datetime import date

import frappe
from frappe.model.document import Document

from ..core.estimates import OPEN_STATES, EstimateState, is_expired
from ..store.estimates import STATE, state_of, valid_till


def expire_estimate(name: str, today: date) -> bool:
	"""Whether this one has ended now; one that was answered or given a later day meanwhile has not."""
	quotation: Document = frappe.get_doc("Quotation", name, for_update=True)
	if state_of(quotation) not in OPEN_STATES or not is_expired(valid_till(quotation), today):
		return False
	quotation.db_set(STATE, EstimateState.EXPIRED.value)
	return True
