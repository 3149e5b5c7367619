"""Work one leased step: decide from the facts as they are now, carry it out once, and say how it ended."""

import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime

import frappe
from rq.timeouts import JobTimeoutException

from ..channels.message import ChannelRefused, ChannelUnavailable, ChannelUnclear, Outcome
from ..core.chains.actions import ACTIONS
from ..core.chains.decide import decide_step, reads_stock
from ..core.chains.decision import Act, Ask, Skip
from ..core.chains.facts import build_facts
from ..core.chains.parse import ChainProblems
from ..core.chains.plan import release_steps
from ..core.chains.progress import run_status
from ..core.chains.retry import next_delay
from ..core.chains.spec import ChainSpec, EffectClass, Event, StepSpec, StepState
from ..core.followups import Choice
from ..messages import tell
from ..site_time import site_zone, utc_now
from ..store import chain_runs
from ..store.chain_runs import HeldStep, Lease, Run
from ..store.chain_versions import load_spec
from ..store.effects import Effect, insert_effect, load_effect, record_attempt, send_again, set_effect_state
from ..store.pictures import booking_picture, reference_picture
from .actions import APPLIERS, Context
from .messages_out import Outgoing, deliver, look_up, outgoing_of, write_to_timeline
from .tasks import ask_person

TRIES_ON_CONFLICT = 5
MOST_LEASES = 10
"""A step that was leased this often without an end has killed its workers."""
STOPPED = "the worker stopped while sending"


def work_step(lease: Lease, worker: str) -> None:
	"""Work a leased step to its next state; conflicts in the database are tried again, with jitter.

	The caller has just committed or rolled back; so has this function when it returns.
	"""
	started = utc_now()
	try:
		if not _through_conflicts(lambda: _work(lease, worker)):
			frappe.logger("runbook_ops").warning("step %s left to its lease after conflicts", lease.step_run)
	except JobTimeoutException:
		raise
	except Exception as error:
		_stumbled(lease, worker, started, error)


def _through_conflicts(work: Callable[[], None]) -> bool:
	"""Do the work, again after a conflict; False when there was one each time."""
	for attempt in range(TRIES_ON_CONFLICT):
		try:
			work()
			return True
		except Exception as error:
			frappe.db.rollback()
			if not is_conflict(error):
				raise
			time.sleep(random.random() * 0.05 * (attempt + 1))
	return False


def is_conflict(error: BaseException) -> bool:
	"""Whether the work was undone and may simply be done again: deadlock, lock timeout, stale snapshot, a record that somebody
	else saved meanwhile."""
	if isinstance(
		error, frappe.QueryDeadlockError | frappe.QueryTimeoutError | frappe.TimestampMismatchError
	):
		return True
	return bool(getattr(error, "args", None)) and error.args[0] in (1020, 1205, 1213)


def _work(lease: Lease, worker: str) -> None:
	held = chain_runs.hold(lease)
	if held is None:
		frappe.db.rollback()
		return
	spec, step = _step_of(held)
	if step.action not in ACTIONS:
		_hand_over(held, spec, step, Ask("unknown_step", (), {"step": held.code}))
	elif held.effect_state in ("Sending", "Unknown"):
		_settle(held, spec, step, worker)
	elif held.effect_state in ("Sent", "Done"):
		_end(held, spec, StepState.DONE)  # an earlier holder finished late
	elif held.leases > MOST_LEASES:
		_hand_over(held, spec, step, Ask("kills_workers", (), {"attempts": held.leases}))
	else:
		_decide(held, spec, step, worker)


def _stumbled(lease: Lease, worker: str, started: datetime, error: Exception) -> None:
	"""Something that nobody foresaw: it is tried again later like any failure, and does not hold up the other steps.

	A step that was sending is left to its lease; then it is settled.
	"""
	held = chain_runs.hold(lease)
	if held is None or held.effect_state == "Sending":
		frappe.db.rollback()
		return
	spec, step = _step_of(held)
	_failed(held, spec, step, worker, started, error)


def _step_of(held: HeldStep) -> tuple[ChainSpec, StepSpec]:
	"""The step as it was published; what this version of the app can't read becomes a step without an action."""
	unknown = StepSpec(held.code, held.code, "")
	try:
		spec = load_spec(held.run.version)
	except (ChainProblems, ValueError, TypeError):
		spec = ChainSpec(held.run.version, held.run.version, Event.BOOKING_CONFIRMED, (unknown,))
	return spec, spec.step(held.code) or unknown


def _decide(held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str) -> None:
	picture = (
		booking_picture(held.run.booking, with_stock=reads_stock(step))
		if held.run.booking
		else reference_picture(held.run.reference_doctype, held.run.reference_name)
	)
	if picture is None:
		_end(held, spec, StepState.CANCELLED, "record_gone", tell("record_gone"))
		return
	now = utc_now()
	facts = build_facts(picture, now, site_zone())
	decision = decide_step(step, facts, held.due_at, now, spec.trigger)
	if isinstance(decision, Skip):
		_end(held, spec, StepState.SKIPPED, decision.code, tell(decision.code, dict(decision.values)))
	elif isinstance(decision, Ask):
		_hand_over(held, spec, step, decision)
	elif ACTIONS[step.action].effect is EffectClass.LOCAL:
		_apply(held, spec, step, decision, worker)
	else:
		_send(held, spec, step, decision, worker)


def _apply(held: HeldStep, spec: ChainSpec, step: StepSpec, act: Act, worker: str) -> None:
	"""A local effect: the work, its effect row and the step's end are one transaction."""
	started = utc_now()
	frappe.db.savepoint("runbook_step")
	try:
		result = APPLIERS[step.action](Context(held, step), act.arguments)
	except (JobTimeoutException, frappe.QueryDeadlockError, frappe.QueryTimeoutError):
		raise
	except Exception as error:
		if is_conflict(error):
			raise
		frappe.db.rollback(save_point="runbook_step")
		_failed(held, spec, step, worker, started, error)
		return
	insert_effect(_effect(held, step, "Done", summary=result.summary, reference=result.reference))
	_end(held, spec, StepState.DONE)


def _effect(held: HeldStep, step: StepSpec, state: str, **more) -> Effect:
	return Effect(
		key=held.key,
		step_run=held.name,
		run=held.run.name,
		action=step.action,
		effect_class=ACTIONS[step.action].effect,
		state=state,
		**more,
	)


def _send(held: HeldStep, spec: ChainSpec, step: StepSpec, act: Act, worker: str) -> None:
	"""An effect outside: written down as Sending and committed first, then done, then settled."""
	message = outgoing_of(held.key, act.arguments)
	if held.effect_state:
		send_again(held.key, message.recipient, message.subject, message.as_payload())
	else:
		insert_effect(
			_effect(
				held,
				step,
				"Sending",
				summary=message.subject,
				recipient=message.recipient,
				message_id=message.message_id,
				payload=message.as_payload(),
			)
		)
	frappe.db.commit()
	started = utc_now()
	try:
		answer = deliver(message)
	except ChannelRefused as refused:
		_unsent(held, spec, step, worker, started, Ask(refused.code, (), refused.values), str(refused))
		return
	except (ChannelUnavailable, ChannelUnclear) as error:
		_unanswered(held, spec, step, worker, started, error)
		return
	_through_conflicts(lambda: _sent(held, spec, message, worker, started, answer))


def _sent(held: HeldStep, spec: ChainSpec, message: Outgoing, worker: str, started, answer: str) -> None:
	again = chain_runs.hold(held.lease)
	set_effect_state(held.key, "Sent")
	record_attempt(held.key, held.name, "Done", worker, started, answer)
	write_to_timeline(message, held.run.reference_doctype, held.run.reference_name)
	if again:
		_end(again, spec, StepState.DONE)
	else:
		frappe.db.commit()


def _unsent(
	held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str, started, ask: Ask, answer: str
) -> None:
	again = chain_runs.hold(held.lease)
	if again is None:
		frappe.db.rollback()
		return
	set_effect_state(held.key, "Failed")
	record_attempt(held.key, held.name, "Failed", worker, started, answer)
	_hand_over(again, spec, step, ask)


def _unanswered(
	held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str, started, error: Exception
) -> None:
	again = chain_runs.hold(held.lease)
	if again is None:
		frappe.db.rollback()
	elif isinstance(error, ChannelUnclear):
		_settle(again, spec, step, worker, str(error))
	else:
		set_effect_state(held.key, "Failed")
		_failed(again, spec, step, worker, started, error)


def _settle(held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str, why: str = STOPPED) -> None:
	"""Sending was cut short: ask the provider, and when it can't tell, a person decides; never sent blindly again."""
	started = utc_now()
	message = Outgoing.from_effect(load_effect(held.key))
	outcome = look_up(message)
	if outcome is Outcome.SENT:
		_sent(held, spec, message, worker, started, "found by look-up")
	elif outcome is Outcome.NOT_SENT:
		set_effect_state(held.key, "Failed")
		_decide(held, spec, step, worker)
	else:
		set_effect_state(held.key, "Unknown")
		record_attempt(held.key, held.name, "Unknown", worker, started, why)
		choices = (Choice.DONE_BY_HAND, Choice.RETRY, Choice.SKIP)
		_hand_over(held, spec, step, Ask("outcome_unknown", (), {"recipient": message.recipient}, choices))


def _failed(held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str, started, error: Exception) -> None:
	text = f"{type(error).__name__}: {error}"
	attempts = held.attempts + 1
	record_attempt(None, held.name, "Failed", worker, started, text)
	delay = next_delay(attempts, random.random())
	if isinstance(error, frappe.ValidationError):
		_hand_over(
			held, spec, step, Ask("action_failed", (), {"error": _plain(str(error))}), attempts=attempts
		)
	elif delay is None:
		_hand_over(
			held, spec, step, Ask("gave_up", (), {"attempts": attempts, "error": text}), attempts=attempts
		)
	else:
		chain_runs.set_state(
			held.name, StepState.RETRY, attempts=attempts, due_at=utc_now() + delay, reason=text[:500]
		)
		frappe.db.commit()


def _hand_over(held: HeldStep, spec: ChainSpec, step: StepSpec, ask: Ask, **values) -> None:
	chain_runs.set_state(
		held.name, StepState.HUMAN, reason_code=ask.code, reason=tell(ask.code, dict(ask.values)), **values
	)
	ask_person(held, step, ask)
	_progress(held, spec)


def _end(
	held: HeldStep, spec: ChainSpec, state: StepState, code: str | None = None, reason: str | None = None
) -> None:
	chain_runs.set_state(held.name, state, reason_code=code, reason=reason)
	_progress(held, spec)


def _progress(held: HeldStep, spec: ChainSpec) -> None:
	settle_run(held.run, spec, chain_runs.states_of(held.run.name))
	frappe.db.commit()


def settle_run(run: Run, spec: ChainSpec, states: Mapping[str, StepState]) -> None:
	"""After a step's end: let the steps go that waited for it, and bring the run's state in line. The run is locked."""
	chain_runs.plan_waiting(run.name, release_steps(spec, states, run.anchors, site_zone()))
	status = run_status(states)
	if status is not run.status:
		chain_runs.set_run(run.name, status)


def _plain(text: str) -> str:
	return frappe.utils.strip_html(text)[:500]
