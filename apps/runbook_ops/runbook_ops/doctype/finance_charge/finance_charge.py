"""A customer's finance charge of a month: written by operations and never changed."""

from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.check_receivable import refuse_deletion, refuse_edit


class FinanceCharge(Document):
	def autoname(self):
		self.name = new_code("FC")

	def validate(self):
		refuse_edit(self)

	def on_trash(self):
		refuse_deletion(self)
