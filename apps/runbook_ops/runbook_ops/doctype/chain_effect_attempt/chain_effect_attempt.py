"""A try of an effect that did not succeed; append-only."""

from frappe.model.document import Document


class ChainEffectAttempt(Document):
	pass
