"""A service that can follow another one in the same visit."""

from frappe.model.document import Document


class ServiceAddon(Document):
	pass
