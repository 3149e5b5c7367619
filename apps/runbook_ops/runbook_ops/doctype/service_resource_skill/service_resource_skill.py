"""A skill that a resource has."""

from frappe.model.document import Document


class ServiceResourceSkill(Document):
	pass
