"""A customer's statement of a month: written by operations and never changed."""

import frappe
from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.check_receivable import refuse_deletion, refuse_edit
from runbook_ops.operations.print_statement import prepare_sheet


class CustomerStatement(Document):
	def autoname(self):
		self.name = new_code("ST")

	def validate(self):
		refuse_edit(self)

	def on_trash(self):
		refuse_deletion(self)

	def before_print(self, settings=None):
		"""A print reads the ledger, so it is for who may see that; one that an operation asks for has been checked."""
		if not self.flags.by_engine:
			frappe.has_permission("Payment Ledger Entry", "read", throw=True)
			frappe.has_permission("Customer", "print", self.customer, throw=True)
		prepare_sheet(self)
