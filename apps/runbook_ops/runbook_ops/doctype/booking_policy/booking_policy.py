"""What customers may change themselves, and until when."""

from frappe.model.document import Document


class BookingPolicy(Document):
	pass
