"""A token for each resource that changes with every write on its time."""

from frappe.model.document import Document


class ResourceStamp(Document):
	pass
