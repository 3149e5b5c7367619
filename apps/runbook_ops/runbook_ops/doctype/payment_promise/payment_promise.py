"""A customer's word to pay by a day: written by operations, judged by the ledger."""

from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.check_receivable import refuse_deletion, refuse_edit


class PaymentPromise(Document):
	def autoname(self):
		self.name = new_code("PP")

	def validate(self):
		refuse_edit(self)

	def on_trash(self):
		refuse_deletion(self)
