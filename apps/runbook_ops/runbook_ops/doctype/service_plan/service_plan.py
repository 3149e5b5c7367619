"""Visits that come again by a rule."""

from frappe.model.document import Document

from runbook_ops.naming import new_code


class ServicePlan(Document):
	def autoname(self):
		self.name = new_code("PL")
