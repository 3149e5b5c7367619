"""Work that somebody owns: a follow-up, or a step that only a person can decide."""

import frappe
from frappe.model.document import Document

from runbook_ops.operations.check_task import check_task


class FollowupTask(Document):
	def validate(self):
		check_task(self, self.get_doc_before_save())


def on_doctype_update():
	frappe.db.add_index("Follow-up Task", ["status", "due_at"])
	frappe.db.add_index("Follow-up Task", ["allocated_to", "status"])
