"""What a visit needs: kind, skill and number of resources."""

from frappe.model.document import Document


class ServiceRequirement(Document):
	pass
