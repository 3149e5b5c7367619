"""What customers may change themselves, and until when."""

import frappe
from frappe.model.document import Document

from runbook_ops.operations.freeze_policy import check_policy, freeze_policy


class BookingPolicy(Document):
	def validate(self):
		check_policy(self)

	def on_update(self):
		freeze_policy(self)

	def on_trash(self):
		versions = frappe.get_all(
			"Booking Policy Version", {"policy": self.name}, pluck="name", order_by="version asc"
		)
		if frappe.db.exists("Service Booking", {"policy_version": ("in", versions or ["-"])}):
			frappe.throw(
				frappe._("{0} was accepted with bookings, which keep it. Switch it off instead.").format(
					self.name
				)
			)
		for rows in ("Booking Policy Fee", "Booking Policy Deposit"):
			frappe.db.delete(rows, {"parent": ("in", versions or ["-"])})
		frappe.db.delete("Booking Policy Version", {"policy": self.name})
