"""A fee for a visit that was missed or cancelled late: written by operations, then only waived."""

from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.check_fee import refuse_deletion, refuse_edit


class BookingFee(Document):
	def autoname(self):
		self.name = new_code("BF")

	def validate(self):
		refuse_edit(self)

	def on_trash(self):
		refuse_deletion()
