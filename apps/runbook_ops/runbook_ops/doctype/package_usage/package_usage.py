"""One movement of a customer's package: written by operations, never changed, never deleted."""

import frappe
from frappe.model.document import Document

from runbook_ops.operations.check_package import refuse_deletion, refuse_edit


class PackageUsage(Document):
	def validate(self):
		refuse_edit(self)

	def on_trash(self):
		refuse_deletion(self)


def on_doctype_update():
	frappe.db.add_index("Package Usage", ["voucher_type", "voucher_no"])
	frappe.db.add_index("Package Usage", ["company", "posting_date"])
