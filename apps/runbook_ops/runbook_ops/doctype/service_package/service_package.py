"""Sessions, or an amount of money, that customers pay for at once and use over time."""

from frappe.model.document import Document

from runbook_ops.operations.check_package import check_definition


class ServicePackage(Document):
	def validate(self):
		check_definition(self)
