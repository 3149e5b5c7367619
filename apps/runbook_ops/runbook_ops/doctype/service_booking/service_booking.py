"""A visit that a customer has asked for or booked."""

import frappe
from frappe.model.document import Document

from runbook_ops.naming import new_code
from runbook_ops.operations.claim_time import claim_time
from runbook_ops.operations.follow_booking import follow_booking
from runbook_ops.operations.free_time import note_freed_time
from runbook_ops.operations.invite_customer import number_changes
from runbook_ops.operations.prepare_booking import prepare_booking
from runbook_ops.operations.remember_plan_visit import forget_plan_visit, remember_plan_visit
from runbook_ops.operations.tell_boards import tell_boards
from runbook_ops.store import claims, class_seats
from runbook_ops.workflows.triggers import booking_changed


class ServiceBooking(Document):
	def autoname(self):
		self.name = new_code("BK")

	def validate(self):
		prepare_booking(self, self.get_doc_before_save())

	def before_save(self):
		claim_time(self, self.get_doc_before_save())
		number_changes(self, self.get_doc_before_save())

	def on_update(self):
		before = self.get_doc_before_save()
		follow_booking(self, before)
		booking_changed(self, before)
		note_freed_time(self, before)
		remember_plan_visit(self, before)
		tell_boards(self, before)

	def on_trash(self):
		claims.release(self.name)
		forget_plan_visit(self)
		class_seats.release_seats(self.name)
		tell_boards(self)


def on_doctype_update():
	frappe.db.add_index("Service Booking", ["status", "starts_at"])
	frappe.db.add_unique("Service Booking", ["plan", "plan_date"], "one_visit_a_day_of_a_plan")
