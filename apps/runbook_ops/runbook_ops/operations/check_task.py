"""Keep a Follow-up Task to its states, and exceptions to their answers."""

import frappe
from frappe.model.document import Document

from ..core.followups import OPEN_STATES, check_transition
from ..core.refusal import Refusal
from ..errors import ResolutionRefused, StateRefused
from ..messages import refuse
from ..site_time import to_site, utc_now

ENGINE_FIELDS = ("step_run", "choices", "reason_code", "dedupe_key")


def check_task(task: Document, before: Document | None) -> None:
	"""Refuse a state that can't follow; an exception of a step ends by its choices only. Stamps who ended it and when."""
	refusal = check_transition(before and before.status, task.status) or _rewritten(task, before)
	if refusal:
		refuse(refusal, StateRefused)
	if task.status in OPEN_STATES or (before and before.status == task.status):
		return
	if task.choices and not task.flags.answered:
		choices = ", ".join((task.choices or "").splitlines())
		refuse(Refusal("exception_by_choice", "status", {"choices": choices}), ResolutionRefused)
	task.resolved_by = task.resolved_by or frappe.session.user
	task.resolved_at = task.resolved_at or to_site(utc_now())


def _rewritten(task: Document, before: Document | None) -> Refusal | None:
	"""What ties a task to a chain's step is the engine's to write."""
	if task.flags.by_engine:
		return None
	for field in ENGINE_FIELDS:
		if (task.get(field) or None) != ((before.get(field) if before else None) or None):
			return Refusal("engine_field", field, {"field": task.meta.get_label(field)})
	return None
