"""Who owns which tasks; the first row that fits counts."""

from frappe.model.document import Document


class TaskRoute(Document):
	pass
