"""A person, crew, room or piece of equipment whose time is booked."""

from frappe.model.document import Document


class ServiceResource(Document):
	pass
