"""A resource whose time a booking claims."""

from frappe.model.document import Document


class ServiceBookingResource(Document):
	pass
