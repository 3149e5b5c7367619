"""Questions that nobody has answered in time, each minute."""

import frappe
from rq.timeouts import JobTimeoutException

from ..operations.escalate_task import escalate_task
from ..site_time import to_site, utc_now
from ..store.tasks import overdue_questions
from ..workflows.conflicts import is_conflict

SAVEPOINT = "runbook_escalation"


def escalate_unanswered() -> None:
	"""Bring each overdue question up; one that fails is told in the error log and holds up none of the others."""
	for name in overdue_questions(to_site(utc_now())):
		frappe.db.savepoint(SAVEPOINT)
		try:
			escalate_task(name)
		except JobTimeoutException:
			raise
		except Exception as error:
			if is_conflict(error):
				raise
			frappe.db.rollback(save_point=SAVEPOINT)
			frappe.log_error(f"Escalation of {name}", reference_doctype="Follow-up Task", reference_name=name)
