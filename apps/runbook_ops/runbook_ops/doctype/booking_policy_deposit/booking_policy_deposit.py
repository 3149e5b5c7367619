"""What a no-show or a late cancellation costs by a policy."""

from frappe.model.document import Document


class BookingPolicyDeposit(Document):
	pass
