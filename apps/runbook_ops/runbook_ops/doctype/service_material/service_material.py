"""What a visit uses up."""

from frappe.model.document import Document


class ServiceMaterial(Document):
	pass
