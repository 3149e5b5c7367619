"""What one mode of payment took."""

from frappe.model.document import Document


class CheckoutPayment(Document):
	pass
