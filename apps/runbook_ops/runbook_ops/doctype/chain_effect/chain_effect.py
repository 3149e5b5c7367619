"""One effect of a step; its name is its key, so it can exist once only."""

from frappe.model.document import Document


class ChainEffect(Document):
	pass
