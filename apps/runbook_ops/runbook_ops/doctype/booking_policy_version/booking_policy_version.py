"""A policy as it stood when customers accepted it; never changed."""

import frappe
from frappe.model.document import Document


class BookingPolicyVersion(Document):
	def validate(self):
		if not self.is_new():
			frappe.throw(
				frappe._("A version never changes, since customers accepted it. Change the policy instead.")
			)

	def on_trash(self):
		frappe.throw(
			frappe._(
				"A version is never deleted, since customers accepted it. Switch the policy off instead."
			)
		)
