"""How far a chain that starts by the clock has been looked at."""

from frappe.model.document import Document


class ChainSchedule(Document):
	pass
