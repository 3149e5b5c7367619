"""A provider of messages; after many failures in a row its messages wait until it works again."""

from frappe.model.document import Document


class ChainBreaker(Document):
	pass
