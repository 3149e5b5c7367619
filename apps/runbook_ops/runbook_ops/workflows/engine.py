"""Work one leased step: decide from the facts as they are now, carry it out once, and say how it ended."""

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import frappe
from rq.timeouts import JobTimeoutException

from ..channels.message import ChannelRefused, ChannelUnavailable, ChannelUnclear, Outcome
from ..core.chains.actions import ACTIONS
from ..core.chains.decide import decide_step, reads_stock
from ..core.chains.decision import Act, Ask, Skip
from ..core.chains.facts import BookingPicture, build_facts
from ..core.chains.parse import ChainProblems
from ..core.chains.plan import release_steps
from ..core.chains.progress import run_status
from ..core.chains.retry import next_delay
from ..core.chains.spec import ChainSpec, EffectClass, Event, StepSpec, StepState
from ..core.followups import Choice
from ..messages import tell
from ..site_time import site_zone, utc_now
from ..store import chain_runs, leases
from ..store.chain_runs import Run
from ..store.chain_versions import load_spec
from ..store.effects import Effect, insert_effect, load_effect, record_attempt, send_again, set_effect_state
from ..store.leases import HeldStep, Lease
from ..store.pictures import picture_of, reference_picture
from .actions import APPLIERS, Context
from .messages_out import Outgoing, deliver, is_on_timeline, look_up, outgoing_of, write_to_timeline
from .tasks import ask_person

TRIES_ON_CONFLICT = 5
MOST_LEASES = 10
"""A step that was leased this often without an end has killed its workers."""
UNDELIVERED = (ChannelRefused, ChannelUnavailable, ChannelUnclear)
STOPPED = "the worker stopped while sending"


@dataclass(frozen=True)
class Letter:
	"""A message of a step; with the channel's answer once it is sent."""

	held: HeldStep
	spec: ChainSpec
	step: StepSpec
	message: Outgoing
	answer: str = ""


def work_step(lease: Lease, worker: str) -> None:
	"""Work a leased step to its next state; conflicts in the database are tried again, with jitter.

	The caller has just committed or rolled back; so has this function when it returns.
	"""
	started = utc_now()
	try:
		if not through_conflicts(lambda: _work(lease, worker)):
			frappe.logger("runbook_ops").warning("step %s left to its lease after conflicts", lease.step_run)
	except JobTimeoutException:
		raise
	except Exception as error:
		_stumbled(lease, worker, started, error)


def through_conflicts(work: Callable[[], None]) -> bool:
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
	held = leases.hold(lease)
	if held is None:
		frappe.db.rollback()
		return
	spec, step = step_of(held)
	if step.action not in ACTIONS:
		_hand_over(held, spec, step, Ask("unknown_step", (), {"step": held.code}))
	elif held.effect_state in ("Sending", "Unknown"):
		_settle(held, spec, step, worker)
	elif held.effect_state in ("Sent", "Done"):
		_end_of_another(held, spec)
	elif held.leases > MOST_LEASES:
		_hand_over(held, spec, step, Ask("kills_workers", (), {"attempts": held.leases}))
	else:
		_decide(held, spec, step, worker)


def _end_of_another(held: HeldStep, spec: ChainSpec) -> None:
	"""An earlier holder has done it and did not come to the step's end, or comes to it late."""
	if held.effect_state == "Sent":
		message = Outgoing.from_effect(load_effect(held.key))
		if not is_on_timeline(message):
			write_to_timeline([(message, held.run.reference_doctype, held.run.reference_name)])
	_end(held, spec, StepState.DONE)


def _stumbled(lease: Lease, worker: str, started: datetime, error: Exception) -> None:
	"""Something that nobody foresaw: it is tried again later like any failure, and does not hold up the other steps.

	A step that was sending is left to its lease; then it is settled.
	"""
	held = leases.hold(lease)
	if held is None or held.effect_state == "Sending":
		frappe.db.rollback()
		return
	spec, step = step_of(held)
	_failed(held, spec, step, worker, started, error)


def step_of(held: HeldStep) -> tuple[ChainSpec, StepSpec]:
	"""The step as it was published; what this version of the app can't read becomes a step without an action."""
	unknown = StepSpec(held.code, held.code, "")
	try:
		spec = load_spec(held.run.version)
	except (ChainProblems, ValueError, TypeError):
		spec = ChainSpec(held.run.version, held.run.version, Event.BOOKING_CONFIRMED, (unknown,))
	return spec, spec.step(held.code) or unknown


def _decide(held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str) -> None:
	picture = picture_for(held, step)
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


def picture_for(held: HeldStep, step: StepSpec) -> BookingPicture | None:
	"""What a step decides on; None when the record is gone."""
	if not held.run.booking:
		return reference_picture(held.run.reference_doctype, held.run.reference_name)
	if not held.records:
		return None
	return picture_of(held.records, reads_stock(step), lock_stock=step.action == "check_materials")


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
	about = {"summary": result.summary, "reference": result.reference, "worker": worker, "started": started}
	insert_effect(_effect(held, step, "Done", **about))
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
	letter, started = Letter(held, spec, step, outgoing_of(held.key, act.arguments)), utc_now()
	effect = sending(letter, worker, started)
	if held.effect_state:
		send_again(effect)
	else:
		insert_effect(effect)
	frappe.db.commit()
	try:
		answer = deliver(letter.message)
	except UNDELIVERED as error:
		not_taken(letter, worker, started, error)
	else:
		through_conflicts(lambda: end_sent([replace(letter, answer=answer)]))


def sending(letter: Letter, worker: str, started: datetime) -> Effect:
	"""The effect of a message that is about to go out."""
	message = letter.message
	return _effect(
		letter.held,
		letter.step,
		"Sending",
		summary=message.subject,
		recipient=message.recipient,
		message_id=message.message_id,
		payload=message.as_payload(),
		worker=worker,
		started=started,
	)


def not_taken(letter: Letter, worker: str, started: datetime, error: Exception) -> None:
	"""A channel did not take a message, or may have: a person, a later try, or a look-up."""
	about = (letter.held, letter.spec, letter.step, worker, started)
	if isinstance(error, ChannelRefused):
		_unsent(*about, Ask(error.code, (), error.values), str(error))
	else:
		_unanswered(*about, error)


def end_sent(letters: Sequence[Letter]) -> None:
	"""End the steps of sent messages, of which only the last is not noted as sent yet. Commits.

	What was sent is sent, whoever has a step by now; only its holder ends it.
	"""
	again = {held.name: held for held in leases.hold_to_end([letter.held.lease for letter in letters])}
	set_effect_state(letters[-1].held.key, "Sent", letters[-1].answer)
	write_to_timeline(
		[(one.message, one.held.run.reference_doctype, one.held.run.reference_name) for one in letters]
	)
	if again:
		chain_runs.set_state(list(again), StepState.DONE, reason_code=None, reason=None)
	runs = {held.run.name: held.run for held in again.values()}
	specs = {letter.held.run.name: letter.spec for letter in letters}
	for name, states in chain_runs.states_of(runs).items():
		settle_run(runs[name], specs[name], states)
	frappe.db.commit()


def _unsent(
	held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str, started, ask: Ask, answer: str
) -> None:
	again = leases.hold(held.lease)
	if again is None:
		frappe.db.rollback()
		return
	set_effect_state(held.key, "Failed")
	record_attempt(held.key, held.name, "Failed", worker, started, answer)
	_hand_over(again, spec, step, ask)


def _unanswered(
	held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str, started, error: Exception
) -> None:
	again = leases.hold(held.lease)
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
		end_sent([Letter(held, spec, step, message, "found by look-up")])
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
	settle_run(held.run, spec, chain_runs.states_of([held.run.name])[held.run.name])
	frappe.db.commit()


def settle_run(run: Run, spec: ChainSpec, states: Mapping[str, StepState]) -> None:
	"""After a step's end: let the steps go that waited for it, and bring the run's state in line. The run is locked."""
	chain_runs.plan_waiting(run.name, release_steps(spec, states, run.anchors, site_zone()))
	status = run_status(states)
	if status is not run.status:
		chain_runs.set_run(run.name, status)


def _plain(text: str) -> str:
	return frappe.utils.strip_html(text)[:500]
