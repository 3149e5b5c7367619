"""Somebody else who may use a customer's package."""

from frappe.model.document import Document


class CustomerPackageMember(Document):
	pass
