"""An item that can be booked: how long it takes, whom it needs, which chain it runs."""

from frappe.model.document import Document


class BookableService(Document):
	pass
