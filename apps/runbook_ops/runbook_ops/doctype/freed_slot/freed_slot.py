"""Time that came free and that the waitlist is asked about."""

import frappe
from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.workflows.doorbell import FREED_SLOTS, ring_after_commit


class FreedSlot(Document):
	def autoname(self):
		self.name = new_code("FS")

	def after_insert(self):
		ring_after_commit(FREED_SLOTS)


def on_doctype_update():
	frappe.db.add_index("Freed Slot", ["status", "due_at_utc"])
