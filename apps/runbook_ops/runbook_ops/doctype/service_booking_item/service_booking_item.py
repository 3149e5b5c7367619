"""What is sold beside the service."""

from frappe.model.document import Document


class ServiceBookingItem(Document):
	pass
