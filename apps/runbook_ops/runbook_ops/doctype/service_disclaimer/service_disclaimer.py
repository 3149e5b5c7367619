"""What a customer is told about a service."""

from frappe.model.document import Document


class ServiceDisclaimer(Document):
	pass
