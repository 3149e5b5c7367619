"""Values that another program sent to start a chain."""

from frappe.model.document import Document

from runbook_ops.workflows.submissions import check_submission, name_of_submission, start_submitted


class ChainSubmission(Document):
	def autoname(self):
		self.name = name_of_submission(self.chain, self.submission_key)

	def validate(self):
		check_submission(self)

	def after_insert(self):
		start_submitted(self)
