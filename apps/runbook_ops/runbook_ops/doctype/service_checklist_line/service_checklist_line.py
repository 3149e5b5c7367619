"""A line of a service's prep checklist."""

from frappe.model.document import Document


class ServiceChecklistLine(Document):
	pass
