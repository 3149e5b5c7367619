"""One service of a visit."""

from frappe.model.document import Document


class ServiceBookingService(Document):
	pass
