"""A person who belongs to a crew."""

from frappe.model.document import Document


class ServiceCrewMember(Document):
	pass
