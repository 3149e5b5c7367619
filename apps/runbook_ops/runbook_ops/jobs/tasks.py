"""Questions that nobody has answered in time, each minute."""

from ..operations.escalate_task import escalate_task
from ..site_time import to_site, utc_now
from ..store.tasks import overdue_questions
from ..workflows.one_by_one import one_by_one


def escalate_unanswered() -> None:
	"""Bring each overdue question up."""
	one_by_one("Follow-up Task", overdue_questions(to_site(utc_now())), escalate_task, "Escalation")
