"""A slot that came free, offered to one customer on the waitlist."""

from frappe.model.document import Document


class WaitlistOffer(Document):
	pass
