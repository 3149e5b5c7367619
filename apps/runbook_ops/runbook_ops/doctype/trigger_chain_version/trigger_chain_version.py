"""A chain as it was published; it never changes and runs keep theirs."""

import frappe
from frappe.model.document import Document


class TriggerChainVersion(Document):
	def validate(self):
		if not self.is_new():
			frappe.throw(
				frappe._("A published version never changes. Publish the chain again to make a new one.")
			)
