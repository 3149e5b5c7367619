"""One try of an effect; append-only."""

from frappe.model.document import Document


class ChainEffectAttempt(Document):
	pass
