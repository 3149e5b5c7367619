"""The nightly look: what does not belong together gets one owned task, which ends when it is found no more."""

from collections import Counter
from datetime import timedelta

import frappe

from ..core.followups import Choice, TaskKind
from ..core.reconciliation import PREFIX, Found, reconcile
from ..messages import tell
from ..site_time import to_site, utc_now
from ..store import reconciliation
from ..store.tasks import dismiss_tasks, end_alarms, open_alarms
from ..store.workers import forget_gone
from .open_task import TaskWish, open_task

ASKED = "Runbook Manager"
ANSWER_WITHIN = timedelta(hours=24)


def reconcile_chains() -> Counter:
	"""Open a task for each new finding, end those of findings that are gone, ask what nobody was asked, and drop questions whose
	step has ended. Gives how many of each.
	"""
	dismiss_tasks(moot := reconciliation.moot_tasks(), tell("step_has_ended"))
	unasked = reconciliation.unasked_steps()
	for row in unasked:
		_ask_again(row)
	result = reconcile(reconciliation.look(utc_now()), open_alarms(PREFIX))
	ended = end_alarms(PREFIX, tell("found_no_more"), result.keep)
	for found in result.new:
		_open(found)
	forget_gone()
	counts = Counter(found.what.value for found in result.new)
	return counts + Counter(lost_question=len(unasked), step_has_ended=len(moot), found_no_more=ended)


def _open(found: Found) -> None:
	reason = tell(found.what.value, dict(found.values))
	wish = TaskWish(
		subject=frappe._("To be looked at: {0}").format(reason),
		due_at=utc_now() + ANSWER_WITHIN,
		key=f"{found.stem}{to_site(utc_now()).isoformat()}",
		kind=TaskKind.EXCEPTION,
		role=ASKED,
		values={
			"reason_code": found.what.value,
			"reason": reason,
			"booking": found.booking,
			"reference_doctype": found.doctype,
			"reference_name": found.name,
		},
	)
	open_task(wish)


def _ask_again(row: frappe._dict) -> None:
	"""A task like the one that the step should have had, so that its answers go on with the run."""
	wish = TaskWish(
		subject=row.title,
		due_at=utc_now() + ANSWER_WITHIN,
		key=f"asked|{row.name}|{to_site(utc_now()).isoformat()}",
		kind=TaskKind.EXCEPTION,
		role=ASKED,
		values={
			"reason_code": row.reason_code or "lost_question",
			"reason": tell("lost_question", {"why": row.reason or ""}),
			"choices": "\n".join((Choice.RETRY, Choice.DONE_BY_HAND, Choice.SKIP)),
			"step_run": row.name,
			"booking": row.booking,
			"reference_doctype": row.reference_doctype,
			"reference_name": row.reference_name,
			"priority": "High",
		},
	)
	open_task(wish)
