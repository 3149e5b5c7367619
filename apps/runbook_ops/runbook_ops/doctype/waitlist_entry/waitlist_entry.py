"""A customer who waits for a slot to come free."""

from frappe.model.document import Document

from runbook_ops.naming import new_code


class WaitlistEntry(Document):
	def autoname(self):
		self.name = new_code("WL")
