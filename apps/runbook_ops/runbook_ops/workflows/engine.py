"""Work one leased step: decide from the facts as they are now, carry it out once, and say how it ended."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

import frappe
from rq.timeouts import JobTimeoutException

from ..channels.message import ChannelRefused, ChannelUnavailable, ChannelUnclear, Finding, Outcome
from ..core.chains.actions import ACTIONS
from ..core.chains.answers import answer_facts, asks_people
from ..core.chains.breaker import Breaker, BreakerState, Gate
from ..core.chains.decide import decide_step, facts_read
from ..core.chains.decision import Act, Ask, Decision, Postpone, Skip
from ..core.chains.facts import BookingPicture, build_facts, sources_of
from ..core.chains.names import record_fields
from ..core.chains.parse import ChainProblems
from ..core.chains.retry import DELAYS
from ..core.chains.spec import ChainSpec, EffectClass, Event, StepSpec, StepState
from ..core.chains.undo import undo_step
from ..core.followups import Choice
from ..errors import is_conflict
from ..messages import tell
from ..site_time import site_zone, utc_now
from ..store import chain_runs, leases
from ..store.chain_versions import load_spec
from ..store.effects import (
	Effect,
	insert_effect,
	load_effect,
	note_sent,
	record_attempt,
	send_again,
	set_effect_state,
)
from ..store.leases import HeldStep, Lease
from ..store.office import quiet_hours
from ..store.one_trip import carry_out, commit_with
from ..store.pictures import picture_of, reference_picture, with_record
from . import outages
from .actions import APPLIERS, Context
from .chain_starts import caused_by
from .conflicts import through_conflicts
from .endings import end_step, fail_step, hand_over, put_off, settle_run
from .messages_out import (
	Outgoing,
	can_look_up,
	deliver,
	is_on_timeline,
	lines_of,
	look_up,
	outgoing_of,
)

MOST_SILENT = 3
"""A step under which so many workers in a row went silent has killed them."""
CALM_DOWN = timedelta(seconds=5)
"""So long a step is left alone that met a conflict each time."""
DEPLOYED_WITHIN = timedelta(minutes=30)
"""So long after it was due a step that this version of the app does not know is left to a worker of a newer one."""
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
	breaker: Breaker | None = None
	"""How the provider stood when it was looked at; one that is open has given this message the turn to try."""

	@property
	def tries(self) -> bool:
		"""Whether this message finds out if the provider works again."""
		return self.breaker is not None and self.breaker.state is BreakerState.OPEN


def work_step(lease: Lease, worker: str) -> None:
	"""Work a leased step to its next state; conflicts in the database are tried again, with jitter.

	The caller has just committed or rolled back; so has this function when it returns.
	"""
	started = utc_now()
	try:
		if not through_conflicts(lambda: _work(lease, worker)):
			pause = CALM_DOWN * (1 + random.random())
			through_conflicts(lambda: leases.release(lease, utc_now() + pause))
	except JobTimeoutException:
		raise
	except Exception as error:
		_stumbled(lease, worker, started, error)


def _work(lease: Lease, worker: str) -> None:
	held = leases.hold(lease)
	if held is None:
		frappe.db.rollback()
		return
	spec, step = step_of(held)
	if step.action not in ACTIONS:
		_not_known_here(held, spec, step)
	elif held.effect_state in ("Sending", "Unknown"):
		_settle(held, spec, step, worker)
	elif held.effect_state in ("Sent", "Done"):
		_end_of_another(held, spec)
	elif held.silent >= MOST_SILENT:
		hand_over(held, spec, step, Ask("kills_workers", (), {"attempts": held.silent}))
	else:
		_decide(held, spec, step, worker)


def _not_known_here(held: HeldStep, spec: ChainSpec, step: StepSpec) -> None:
	"""While an update is under way old workers run beside new ones, which know the step; later nobody does, and a person decides."""
	if utc_now() < held.meant_at + DEPLOYED_WITHIN:
		leases.release(held.lease, utc_now() + CALM_DOWN)
	else:
		hand_over(held, spec, step, Ask("unknown_step", (), {"step": held.code}))


def _end_of_another(held: HeldStep, spec: ChainSpec) -> None:
	"""An earlier holder has done it and did not come to the step's end, or comes to it late."""
	if held.effect_state == "Sent":
		message = Outgoing.from_effect(load_effect(held.key))
		if not is_on_timeline(message):
			carry_out(*lines_of([(message, held.run.reference_doctype, held.run.reference_name)]))
	end_step(held, spec, StepState.DONE)


def _stumbled(lease: Lease, worker: str, started: datetime, error: Exception) -> None:
	"""Something that nobody foresaw: it is tried again later like any failure, and does not hold up the other steps.

	A step that was sending is left to its lease; then it is settled.
	"""
	held = leases.hold(lease)
	if held is None or held.effect_state == "Sending":
		frappe.db.rollback()
		return
	spec, step = step_of(held)
	fail_step(held, spec, step, worker, started, error)


def step_of(held: HeldStep) -> tuple[ChainSpec, StepSpec]:
	"""The step as it was published; what this version of the app can't read becomes a step without an action."""
	unknown = StepSpec(held.code, held.code, "")
	try:
		spec = load_spec(held.run.version)
	except (ChainProblems, ValueError, TypeError):
		spec = ChainSpec(held.run.version, held.run.version, Event.BOOKING_CONFIRMED, (unknown,))
	return spec, spec.step(held.code) or undo_step(spec, held.code) or unknown


def _decide(held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str) -> None:
	picture = picture_for(held, step)
	if picture is None:
		end_step(held, spec, StepState.CANCELLED, "record_gone", tell("record_gone"))
		return
	decision = decision_on(held, spec, step, picture)
	if isinstance(decision, Skip):
		end_step(held, spec, StepState.SKIPPED, decision.code, tell(decision.code, dict(decision.values)))
	elif isinstance(decision, Ask):
		hand_over(held, spec, step, decision)
	elif isinstance(decision, Postpone):
		put_off(held, decision.until, decision.code, decision.values)
	elif ACTIONS[step.action].effect is EffectClass.LOCAL:
		_apply(held, spec, step, decision, worker)
	else:
		_send(held, spec, step, decision, worker)


def decision_on(held: HeldStep, spec: ChainSpec, step: StepSpec, picture: BookingPicture) -> Decision:
	"""What the core decides for a step now."""
	now = utc_now()
	facts = build_facts(picture, now, site_zone())
	if asks_people(spec):
		facts |= answer_facts(spec, chain_runs.answers_of(held.run.name))
	return decide_step(step, facts, held.meant_at, now, spec.trigger, quiet_hours())


def picture_for(held: HeldStep, step: StepSpec) -> BookingPicture | None:
	"""What a step decides on; None when the record is gone."""
	wanted = facts_read(step)
	about = (held.run.reference_doctype, held.run.reference_name)
	if not held.run.booking:
		return reference_picture(*about, wanted)
	if not held.records:
		return None
	picture = picture_of(held.records, sources_of(wanted), lock_stock=step.action == "check_materials")
	return with_record(picture, *about, record_fields(wanted))


def _apply(held: HeldStep, spec: ChainSpec, step: StepSpec, act: Act, worker: str) -> None:
	"""A local effect: the work, its effect row and the step's end are one transaction."""
	started = utc_now()
	frappe.db.savepoint("runbook_step")
	try:
		with caused_by(held.run):
			result = APPLIERS[step.action](Context(held, step), act.arguments)
	except Exception as error:
		if isinstance(error, JobTimeoutException) or is_conflict(error):
			raise
		frappe.db.rollback(save_point="runbook_step")
		fail_step(held, spec, step, worker, started, error)
		return
	about = {"summary": result.summary, "reference": result.reference, "worker": worker, "started": started}
	insert_effect(_effect(held, step, "Done", **about))
	end_step(held, spec, StepState.DONE)


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
	message, started = outgoing_of(held.key, act.arguments), utc_now()
	gate, breaker = outages.gate(message.provider)
	if gate is Gate.WAIT and breaker:
		outages.wait_for_provider(held, step, breaker)
		return
	letter = Letter(held, spec, step, message, breaker=breaker)
	effect = sending(letter, worker, started)
	if held.effect_state:
		send_again(effect)
	else:
		insert_effect(effect)
	frappe.db.commit()
	try:
		answer = deliver(letter.message)
	except UNDELIVERED as error:
		through_conflicts(partial(not_taken, letter, worker, started, error))
	else:
		finish([replace(letter, answer=answer)])


def sending(letter: Letter, worker: str, started: datetime) -> Effect:
	"""The effect of a message that is about to go out."""
	message = letter.message
	return _effect(
		letter.held,
		letter.step,
		"Sending",
		summary=message.subject or message.body,
		recipient=message.recipient,
		message_id=message.message_id,
		payload=message.as_payload(),
		worker=worker,
		started=started,
	)


def not_taken(letter: Letter, worker: str, started: datetime, error: Exception) -> None:
	"""A channel did not take a message, or may have: a person, a later try, or a look-up. Commits."""
	held, spec, step = letter.held, letter.spec, letter.step
	again = leases.hold(held.lease)
	if not isinstance(error, ChannelRefused):
		outages.failed(letter.message.provider, str(error))
	if again is None:
		frappe.db.commit()
	elif isinstance(error, ChannelRefused):
		set_effect_state(held.key, "Failed")
		record_attempt(held.key, held.name, "Failed", worker, started, str(error))
		hand_over(again, spec, step, Ask(error.code, (), error.values))
	elif isinstance(error, ChannelUnclear) and can_look_up(letter.message):
		fail_step(
			again, spec, step, worker, started, error
		)  # still Sending: it is looked up before it is sent again
	elif isinstance(error, ChannelUnclear):
		_settle(again, spec, step, worker, str(error))
	else:
		set_effect_state(held.key, "Failed")
		if letter.tries and letter.breaker:
			record_attempt(held.key, held.name, "Failed", worker, started, str(error))
			outages.wait_for_provider(again, step, letter.breaker)
		else:
			fail_step(again, spec, step, worker, started, error)


def end_sent(letters: Sequence[Letter]) -> None:
	"""End the steps of sent messages, of which only the last is not noted as sent yet. Commits.

	What was sent is sent, whoever has a step by now; only its holder ends it.
	"""
	again = leases.hold_to_end([letter.held.lease for letter in letters])
	runs = {run.name: run for run in again.values()}
	specs = {letter.held.run.name: letter.spec for letter in letters}
	for name, states in chain_runs.states_of(runs, again).items():
		settle_run(runs[name], specs[name], states)
	shown = [(one.message, one.held.run.reference_doctype, one.held.run.reference_name) for one in letters]
	ended = [chain_runs.note_done(again)] if again else []
	commit_with(*ended, note_sent(letters[-1].held.key, letters[-1].answer), *lines_of(shown))


def finish(letters: Sequence[Letter]) -> None:
	"""`end_sent`, again after conflicts; and what had failed before is known to work."""
	through_conflicts(lambda: end_sent(letters))
	for breaker in {letter.breaker for letter in letters}:
		through_conflicts(partial(outages.worked, breaker))


def _settle(held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str, why: str = STOPPED) -> None:
	"""Sending was cut short: ask the provider, and when it can't tell, a person decides; never sent blindly again."""
	started = utc_now()
	message = Outgoing.from_effect(load_effect(held.key))
	try:
		found = look_up(message) if held.silent < MOST_SILENT else Finding(Outcome.UNKNOWN)
	except ChannelUnavailable as error:
		if held.attempts < len(DELAYS):
			fail_step(held, spec, step, worker, started, error)
			return
		found = Finding(Outcome.UNKNOWN)
	if found.outcome is Outcome.SENT:
		end_sent([Letter(held, spec, step, message, found.answer)])
	elif found.outcome is Outcome.NOT_SENT:
		set_effect_state(held.key, "Failed")
		_decide(held, spec, step, worker)
	else:
		set_effect_state(held.key, "Unknown")
		record_attempt(held.key, held.name, "Unknown", worker, started, why)
		choices = (Choice.DONE_BY_HAND, Choice.RETRY, Choice.SKIP)
		hand_over(held, spec, step, Ask("outcome_unknown", (), {"recipient": message.recipient}, choices))
