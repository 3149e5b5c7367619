"""A package that a customer has bought; what is left of it changes by rows of Package Usage only."""

import frappe
from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.check_package import check_edit, refuse_deletion


class CustomerPackage(Document):
	def autoname(self):
		self.name = new_code("PK")

	def validate(self):
		check_edit(self, self.get_doc_before_save())

	def on_trash(self):
		refuse_deletion(self)


def on_doctype_update():
	frappe.db.add_index("Customer Package", ["state", "expires_on"])
