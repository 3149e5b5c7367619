"""What applies to the whole console."""

from frappe.model.document import Document


class RunbookSettings(Document):
	pass
