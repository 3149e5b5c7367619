"""A checkout: written by operations in the transaction that posts it, then only undone."""

from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.check_checkout import refuse_deletion, refuse_edit


class Checkout(Document):
	def autoname(self):
		self.name = new_code("CO")

	def validate(self):
		refuse_edit(self)

	def on_trash(self):
		refuse_deletion(self)
