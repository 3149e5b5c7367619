"""A day on which a resource works other hours than usual."""

from frappe.model.document import Document


class ServiceResourceException(Document):
	pass
