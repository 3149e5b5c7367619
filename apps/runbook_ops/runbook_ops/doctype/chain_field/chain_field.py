"""Fields that chains may set."""

from frappe.model.document import Document


class ChainField(Document):
	pass
