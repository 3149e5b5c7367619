"""The work order of a booking: scope, place, access, phases and checklist."""

from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.follow_job import follow_job, prepare_job
from runbook_ops.workflows.triggers import job_changed


class ServiceJob(Document):
	def autoname(self):
		self.name = new_code("JOB")

	def validate(self):
		prepare_job(self, self.get_doc_before_save())

	def on_update(self):
		follow_job(self, self.get_doc_before_save())
		job_changed(self, self.get_doc_before_save())
