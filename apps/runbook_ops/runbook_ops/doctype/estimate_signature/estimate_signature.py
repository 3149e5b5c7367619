"""A customer's signature under an estimate: written once by the approval, never changed.

It is a doctype of its own since a signature outlives what it stands under: a Quotation is changed, cancelled and amended, and each
of its signatures keeps the text that it was given for. All else of an estimate are fields of Quotation and its rows, so that
ERPNext's totals, print formats and Sales Orders know of one document only.
"""

from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.check_signature import refuse_deletion, refuse_edit


class EstimateSignature(Document):
	def autoname(self):
		self.name = new_code("ES")

	def validate(self):
		refuse_edit(self)

	def on_trash(self):
		refuse_deletion()
