"""A slot that is kept for a customer for a few minutes."""

from frappe.model.document import Document

from runbook_ops.naming import new_code


class SlotHold(Document):
	def autoname(self):
		self.name = new_code("HD")
