"""Work the waitlist: each freed slot one step on, in a transaction of its own."""

import frappe
from rq.timeouts import JobTimeoutException

from ..errors import is_conflict
from ..operations.offer_freed_slot import offer_freed_slot
from ..store.waitlist import due_slots

TRIES = 3


def work_waitlist() -> int:
	"""Bring every freed slot that is due one step on; gives how many. Safe to run in any number at once.

	Commits as it goes, read-committed, so that it sees what others have just booked. One that fails is told in the error log
	and holds up none of the others.
	"""
	frappe.db.sql("set session transaction isolation level read committed")
	frappe.db.rollback()  # the level holds from the next transaction on
	try:
		names = due_slots()
		for name in names:
			_work(name)
	finally:
		frappe.db.sql("set session transaction isolation level repeatable read")
		frappe.db.rollback()
	return len(names)


def _work(name: str) -> None:
	for attempt in range(TRIES):
		try:
			offer_freed_slot(name)
			frappe.db.commit()
			return
		except JobTimeoutException:
			raise
		except Exception as error:
			frappe.db.rollback()
			if not is_conflict(error) or attempt == TRIES - 1:
				frappe.log_error(f"Freed slot {name}", reference_doctype="Freed Slot", reference_name=name)
				frappe.db.commit()
				return
