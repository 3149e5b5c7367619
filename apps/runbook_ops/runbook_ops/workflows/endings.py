"""How a leased step comes out of a worker's hands: ended, owned by a person, or due again; and what that means for its run."""

import random
from collections.abc import Mapping
from datetime import datetime

import frappe

from ..core.chains.decide import last_moment
from ..core.chains.decision import Ask
from ..core.chains.plan import release_steps
from ..core.chains.progress import run_status
from ..core.chains.retry import next_try
from ..core.chains.spec import ChainSpec, StepSpec, StepState
from ..messages import tell
from ..site_time import site_zone, utc_now
from ..store import chain_runs
from ..store.chain_runs import Run
from ..store.effects import record_attempt
from ..store.leases import HeldStep
from ..store.office import opening_of
from .chain_starts import run_ended
from .tasks import ask_person
from .waits import end_waits


def end_step(
	held: HeldStep, spec: ChainSpec, state: StepState, code: str | None = None, reason: str | None = None
) -> None:
	"""Put the step into the state that it ends in. Commits."""
	chain_runs.set_state(held.name, state, reason_code=code, reason=reason)
	_progress(held, spec)


def hand_over(held: HeldStep, spec: ChainSpec, step: StepSpec, ask: Ask, **values) -> None:
	"""Have a person decide. Commits."""
	chain_runs.set_state(
		held.name, StepState.HUMAN, reason_code=ask.code, reason=tell(ask.code, dict(ask.values)), **values
	)
	ask_person(held, step, ask)
	_progress(held, spec)


def put_off(
	held: HeldStep, until: datetime, code: str, values: Mapping[str, object], provider: str = ""
) -> None:
	"""Let the step come up again at a later time; its useful window goes on counting, and no try is spent. Commits."""
	chain_runs.set_state(
		held.name,
		StepState.PLANNED,
		due_at=until,
		first_due_at=held.meant_at,
		reason_code=code,
		reason=tell(code, dict(values)),
		held_for=provider or None,
	)
	frappe.db.commit()


def fail_step(
	held: HeldStep, spec: ChainSpec, step: StepSpec, worker: str, started: datetime, error: Exception
) -> None:
	"""Try it again later, ever more rarely and inside its useful window; then a person takes over. Commits."""
	text = f"{type(error).__name__}: {error}"
	attempts = held.attempts + 1
	record_attempt(None, held.name, "Failed", worker, started, text)
	if isinstance(error, frappe.ValidationError):
		ask = Ask("action_failed", (), {"error": _plain(str(error))})
		hand_over(held, spec, step, ask, attempts=attempts)
		return
	last, asked = last_moment(step, held.meant_at), getattr(error, "retry_after", None)
	due_at = next_try(utc_now(), attempts, random.random(), last, asked)
	if due_at is None:
		hand_over(
			held, spec, step, Ask("gave_up", (), {"attempts": attempts, "error": text}), attempts=attempts
		)
		return
	chain_runs.set_state(
		held.name,
		StepState.RETRY,
		attempts=attempts,
		due_at=due_at,
		first_due_at=held.meant_at,
		reason=text[:500],
	)
	frappe.db.commit()


def settle_run(run: Run, spec: ChainSpec, states: Mapping[str, StepState]) -> None:
	"""After a step's end: let the steps go that waited for it, and bring the run's state in line. The run is locked."""
	released = release_steps(spec, states, run.anchors, site_zone(), opening_of(spec))
	chain_runs.plan_waiting(run.name, released)
	end_waits(run, spec, {plan.code for plan in released})
	status = run_status(states)
	if status is not run.status:
		chain_runs.set_run(run.name, status)
		run_ended(run, spec, status)


def _progress(held: HeldStep, spec: ChainSpec) -> None:
	settle_run(held.run, spec, chain_runs.states_of([held.run.name])[held.run.name])
	frappe.db.commit()


def _plain(text: str) -> str:
	return frappe.utils.strip_html(text)[:500]
