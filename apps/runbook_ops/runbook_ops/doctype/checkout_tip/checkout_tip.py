"""What the customer gave to one of the staff."""

from frappe.model.document import Document


class CheckoutTip(Document):
	pass
