"""A worker of the chain; the age of its heartbeat is the alarm."""

from frappe.model.document import Document


class ChainWorker(Document):
	pass
