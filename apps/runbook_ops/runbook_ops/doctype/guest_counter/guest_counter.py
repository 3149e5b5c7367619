"""How often somebody has asked in a window of time; one row, counted up in one statement."""

from frappe.model.document import Document


class GuestCounter(Document):
	pass
