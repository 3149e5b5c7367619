"""Hold the invoices that a payment pays while it is posted, so that two at the same moment do not pay one twice."""

from typing import NoReturn

import frappe
from frappe import _
from frappe.model.document import Document

from ..core.refusal import Refusal
from ..errors import PaidMeanwhile
from ..messages import refuse
from ..store.owed import Owed, lock_owed

INVOICE = "Sales Invoice"


def hold_paid_invoices(entry: Document) -> None:
	"""Raises PaidMeanwhile when another payment came first since this transaction began: all that ERPNext has read is old then."""
	for owed in lock_owed(
		[row.reference_name for row in entry.references if row.reference_doctype == INVOICE]
	):
		if owed.now != owed.seen:
			_refuse(owed)


def _refuse(owed: Owed) -> NoReturn:
	"""In ERPNext's own words, which it says when it comes in time."""
	if owed.now > owed.seen:
		refuse(Refusal("pay_owed_changed", "references", {"invoice": owed.invoice}), PaidMeanwhile)
	if owed.now:
		text = _(
			"{0} {1} has already been partly paid. Please use the 'Get Outstanding Invoice' or the 'Get Outstanding Orders' button to get the latest outstanding amounts."
		)
	else:
		text = _("{0} {1} has already been fully paid.")
	frappe.throw(text.format(_(INVOICE), owed.invoice), PaidMeanwhile)
	raise AssertionError("frappe.throw returned")
