"""A skill that services ask for and people have."""

from frappe.model.document import Document


class ServiceSkill(Document):
	pass
