"""A customer who waits for a slot to come free."""

import frappe
from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.join_waitlist import check_entry


class WaitlistEntry(Document):
	def autoname(self):
		self.name = new_code("WL")

	def validate(self):
		check_entry(self, self.get_doc_before_save())


def on_doctype_update():
	frappe.db.add_index("Waitlist Entry", ["status", "last_day"])
