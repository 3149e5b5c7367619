"""A step of a chain as it is being edited."""

from frappe.model.document import Document


class TriggerChainStep(Document):
	pass
