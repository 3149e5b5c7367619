"""How long a service takes for one person or in one variant."""

from frappe.model.document import Document


class ServiceDuration(Document):
	pass
