"""Visits that come again by a rule."""

import frappe
from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.check_plan import check_plan
from runbook_ops.operations.follow_plan import check_past_days, follow_plan


class ServicePlan(Document):
	def autoname(self):
		self.name = new_code("PL")

	def validate(self):
		check_plan(self, self.get_doc_before_save())
		check_past_days(self, self.get_doc_before_save())

	def on_update(self):
		follow_plan(self, self.get_doc_before_save())


def on_doctype_update():
	frappe.db.add_index("Service Plan", ["status", "due_on"])
