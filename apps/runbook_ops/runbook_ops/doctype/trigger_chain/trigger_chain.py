"""What happens by itself after an event, step by step."""

import frappe
from frappe.model.document import Document

from runbook_ops.store.chain_versions import forget_watched_forms


class TriggerChain(Document):
	def on_update(self):
		forget_watched_forms()

	def on_trash(self):
		if frappe.db.exists("Chain Run", {"chain": self.name}):
			frappe.throw(
				frappe._("{0} has run and its runs stay readable. Switch it off instead.").format(self.title)
			)
		frappe.db.delete("Trigger Chain Version", {"chain": self.name})
