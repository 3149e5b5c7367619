"""The scheduler stands still: whoever rings the doorbell notices, one person is told once, and it ends by itself."""

from datetime import timedelta

import frappe

from ..core.followups import TaskKind
from ..core.pulse import is_silent
from ..messages import tell
from ..site_time import utc_now
from ..store.tasks import end_alarms
from ..store.workers import last_life
from .notify_people import notify_people
from .open_task import TaskWish, open_task, people_of

ALARM = "sweep|"
TOLD = "Runbook Manager"
ANSWER_WITHIN = timedelta(hours=1)


def raise_alarm_when_silent() -> None:
	"""Tell somebody when the minute cron has not come for a while."""
	last, now = last_life(), utc_now()
	if last is None or not is_silent(last, now):
		return
	key, reason = f"{ALARM}{last.isoformat()}", tell("sweep_silent", {"since": last})
	if frappe.db.exists("Follow-up Task", {"dedupe_key": key}):
		return
	wish = TaskWish(
		subject=frappe._("The scheduler stands still"),
		due_at=now + ANSWER_WITHIN,
		key=key,
		kind=TaskKind.EXCEPTION,
		role=TOLD,
		values={"reason_code": "sweep_silent", "reason": reason, "priority": "High"},
	)
	task = open_task(wish)
	notify_people([person.user for person in people_of(TOLD)], reason, "Follow-up Task", task)


def sweep_is_back() -> None:
	"""End the alarm; called by the sweep itself."""
	end_alarms(ALARM, tell("found_no_more"))
