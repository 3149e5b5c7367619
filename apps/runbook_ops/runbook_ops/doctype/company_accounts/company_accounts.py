"""The accounts of one company that Runbook Ops posts to."""

from frappe.model.document import Document


class CompanyAccounts(Document):
	pass
