"""One run of a chain for one event."""

from frappe.model.document import Document


class ChainRun(Document):
	pass
