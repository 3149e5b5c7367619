"""A stretch of time in which a resource does not work."""

from frappe.model.document import Document


class ResourceTimeOff(Document):
	pass
