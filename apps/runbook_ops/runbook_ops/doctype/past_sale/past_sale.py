"""A receipt line of the time before Runbook Ops: history for the customer, not a ledger entry."""

from frappe.model.document import Document


class PastSale(Document):
	pass
