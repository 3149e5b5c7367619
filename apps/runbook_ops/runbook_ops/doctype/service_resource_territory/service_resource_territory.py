"""A territory that a resource serves."""

from frappe.model.document import Document


class ServiceResourceTerritory(Document):
	pass
