"""A class at a certain time, in which customers take seats."""

import frappe
from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.follow_session import follow_session
from runbook_ops.operations.prepare_session import claim_session, prepare_session
from runbook_ops.operations.tell_boards import tell_boards
from runbook_ops.store import claims


class ClassSession(Document):
	def autoname(self):
		self.name = new_code("CS")

	def validate(self):
		prepare_session(self, self.get_doc_before_save())

	def before_save(self):
		claim_session(self, self.get_doc_before_save())

	def on_update(self):
		follow_session(self, self.get_doc_before_save())
		tell_boards(self, self.get_doc_before_save())

	def on_trash(self):
		claims.release(self.name)
		tell_boards(self)


def on_doctype_update():
	frappe.db.add_index("Class Session", ["service", "status", "starts_at_utc"])
