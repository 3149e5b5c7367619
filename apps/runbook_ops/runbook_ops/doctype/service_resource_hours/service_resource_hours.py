"""One shift of a resource on a weekday, in the resource's own time zone."""

from frappe.model.document import Document


class ServiceResourceHours(Document):
	pass
