"""A policy as it stood when customers accepted it; never changed."""

from frappe.model.document import Document


class BookingPolicyVersion(Document):
	pass
