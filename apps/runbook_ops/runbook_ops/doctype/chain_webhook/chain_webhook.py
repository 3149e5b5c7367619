"""Programs that chains may call."""

from frappe.model.document import Document


class ChainWebhook(Document):
	pass
