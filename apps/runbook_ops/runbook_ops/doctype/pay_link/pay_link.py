"""A pay link: written by operations, then only moved on by what its provider reports."""

from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.check_pay_link import check_pay_link, refuse_deletion


class PayLink(Document):
	def autoname(self):
		self.name = new_code("PY")

	def validate(self):
		check_pay_link(self)

	def on_trash(self):
		refuse_deletion()
