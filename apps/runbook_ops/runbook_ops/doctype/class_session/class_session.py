"""A class at a certain time, in which customers take seats."""

from frappe.model.document import Document

from runbook_ops.naming import new_code


class ClassSession(Document):
	def autoname(self):
		self.name = new_code("CS")
