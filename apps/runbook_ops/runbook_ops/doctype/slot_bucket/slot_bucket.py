"""Five minutes of a resource; its name can exist once only, which is what stops a double booking."""

from frappe.model.document import Document


class SlotBucket(Document):
	pass
