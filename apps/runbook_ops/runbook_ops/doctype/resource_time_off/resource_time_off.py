"""A stretch of time in which a resource does not work."""

from frappe.model.document import Document

from runbook_ops.operations.free_time import note_end_of_absence
from runbook_ops.operations.tell_boards import tell_boards


class ResourceTimeOff(Document):
	def on_update(self):
		note_end_of_absence(self, self.get_doc_before_save())
		tell_boards(self, self.get_doc_before_save())

	def on_trash(self):
		note_end_of_absence(None, self)
		tell_boards(self)
