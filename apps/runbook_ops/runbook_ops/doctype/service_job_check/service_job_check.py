"""A line of a job's checklist."""

from frappe.model.document import Document


class ServiceJobCheck(Document):
	pass
