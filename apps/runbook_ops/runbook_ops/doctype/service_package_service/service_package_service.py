"""A service that a package covers."""

from frappe.model.document import Document


class ServicePackageService(Document):
	pass
