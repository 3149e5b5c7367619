"""A slot that came free, offered to one customer on the waitlist."""

from frappe.model.document import Document

from runbook_ops.workflows.triggers import offer_changed


class WaitlistOffer(Document):
	def on_update(self):
		offer_changed(self, self.get_doc_before_save())
