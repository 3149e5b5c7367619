"""Keep an invoice of ours in its company's currency: prices, packages, deposits and tenders all are in it."""

import frappe
from frappe.model.document import Document

from ..core.refusal import Refusal
from ..errors import RunbookError
from ..messages import refuse


def bill_in_own_currency(invoice: Document, error: type[RunbookError]) -> None:
	"""Fill in what ERPNext knows of customer and items, in the company's currency whatever the customer's usual one is.

	Raises `error` where the customer's account can only be used in another one.
	"""
	own = frappe.get_cached_value("Company", invoice.company, "default_currency")
	invoice.update({"currency": own, "conversion_rate": 1})
	invoice.set_missing_values()
	theirs = (
		frappe.get_cached_value("Account", invoice.debit_to, "account_currency") if invoice.debit_to else own
	)
	if theirs != own:
		values = {"customer": invoice.customer, "account": invoice.debit_to, "theirs": theirs, "own": own}
		refuse(Refusal("checkout_currency", "customer", values), error)
