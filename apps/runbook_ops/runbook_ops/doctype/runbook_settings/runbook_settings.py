"""What applies to the whole console."""

from frappe.model.document import Document

from runbook_ops.operations.check_outside import check_settings


class RunbookSettings(Document):
	def validate(self):
		check_settings(self)
