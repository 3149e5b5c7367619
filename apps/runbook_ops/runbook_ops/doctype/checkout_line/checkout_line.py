"""Something that was sold."""

from frappe.model.document import Document


class CheckoutLine(Document):
	pass
