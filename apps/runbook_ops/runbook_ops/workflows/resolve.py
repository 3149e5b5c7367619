"""A person answers an exception: the step is tried again, done by hand, or skipped with a reason, and the run goes on."""

import frappe
from frappe.model.document import Document

from ..core.chains.spec import StepState
from ..core.followups import Choice, TaskStatus, check_resolution
from ..core.refusal import Refusal
from ..errors import ResolutionRefused
from ..messages import refuse, tell
from ..operations.settle_plan_conflict import is_plan_conflict, settle_plan_conflict
from ..site_time import to_site, utc_now
from ..store import chain_runs
from ..store.chain_versions import load_spec
from ..store.effects import load_effect, set_effect_state
from ..store.leases import HeldStep, hold_step
from .doorbell import ring_after_commit
from .endings import settle_run


def resolve_task(task: str, choice: str, reason: str = "", answer: str | None = None) -> None:
	"""Answer an exception with one of its choices; `answer` is which of several, where the choice offers several.

	Raises ResolutionRefused when the choice is not offered, a skip has no reason, or the step is no longer waiting for it.
	"""
	doc = frappe.get_doc("Follow-up Task", task)
	offered = frozenset((doc.choices or "").splitlines())
	refusal = check_resolution(choice, offered, reason)
	if refusal:
		refuse(refusal, ResolutionRefused)
	if is_plan_conflict(doc):
		_end(doc, choice, settle_plan_conflict(doc, choice, reason, answer))
		return
	run = frappe.db.get_value("Chain Step Run", doc.step_run, "run")
	held = run and hold_step(doc.step_run, run, frappe.db.get_value("Chain Run", run, "booking"))
	if not held or held.state is not StepState.HUMAN:
		refuse(Refusal("no_longer_asked"), ResolutionRefused)
	if choice in set(Choice):
		_answer(held, Choice(choice), reason)
	else:
		_keep_answer(held, choice, reason)
	settle_run(held.run, load_spec(held.run.version), chain_runs.locked_states_of(held.run.name))
	_end(doc, choice, reason)
	ring_after_commit()


def _end(task: Document, choice: str, outcome: str) -> None:
	task.status = TaskStatus.DONE
	task.outcome = f"{choice}. {outcome}".strip()
	task.resolved_by, task.resolved_at = frappe.session.user, to_site(utc_now())
	task.flags.answered = True
	task.save(ignore_permissions=True)


def _keep_answer(held: HeldStep, answer: str, reason: str) -> None:
	"""The named answer to a step's question ends the step; later steps read it."""
	values = {"user": frappe.utils.get_fullname(), "answer": answer, "reason": reason}
	text = tell("answered", values).strip()
	chain_runs.set_state(held.name, StepState.DONE, answer=answer, reason_code="answered", reason=text)


def _answer(held: HeldStep, choice: Choice, reason: str) -> None:
	effect = load_effect(held.key)
	if choice is Choice.RETRY:
		if effect and effect.state == "Unknown":  # one that is still Sending is looked up first
			set_effect_state(held.key, "Failed")
		chain_runs.set_state(
			held.name,
			StepState.PLANNED,
			due_at=utc_now(),
			first_due_at=None,
			attempts=0,
			reason_code=None,
			reason=None,
		)
		return
	if effect and effect.state in ("Unknown", "Sending", "Failed"):
		set_effect_state(held.key, "Done" if choice is Choice.DONE_BY_HAND else "Failed")
	code, state = {
		Choice.DONE_BY_HAND: ("done_by_hand", StepState.DONE),
		Choice.SKIP: ("skipped_by_hand", StepState.SKIPPED),
	}[choice]
	text = tell(code, {"user": frappe.utils.get_fullname(), "reason": reason})
	chain_runs.set_state(held.name, state, reason_code=code, reason=text)
