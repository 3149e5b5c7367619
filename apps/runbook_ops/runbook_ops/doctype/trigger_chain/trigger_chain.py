"""What happens by itself after an event, step by step."""

import frappe
from frappe.model.document import Document

from runbook_ops.store.chain_watch import changed as chains_changed


class TriggerChain(Document):
	def on_update(self):
		chains_changed()

	def on_trash(self):
		if frappe.db.exists("Chain Run", {"chain": self.name}):
			frappe.throw(
				frappe._("{0} has run and its runs stay readable. Switch it off instead.").format(self.title)
			)
		frappe.db.delete("Trigger Chain Version", {"chain": self.name})
		frappe.db.delete("Chain Schedule", {"chain": self.name})
		chains_changed()
