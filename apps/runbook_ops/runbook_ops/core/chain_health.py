"""How well the chains are doing: what is late, what nobody owns, and how steps have ended."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .chains.spec import DUE_STATES, ENDED_STEPS, StepState

GRACE = timedelta(minutes=5)
"""How long after its time a step may wait for a worker before it counts as late."""


class Trouble(StrEnum):
	"""What can be wrong with a step."""

	LATE = "Late"
	ASKS = "Asks a person"
	NO_REASON = "Ended without a reason"
	NO_OWNER = "Asks nobody"
	STUCK = "Worker went silent"


VIOLATIONS = frozenset({Trouble.NO_REASON, Trouble.NO_OWNER})
"""What breaks the promise that every step ends done, skipped or cancelled with a reason, or is owned. The goal is none."""

ORDER = (Trouble.NO_OWNER, Trouble.NO_REASON, Trouble.STUCK, Trouble.LATE, Trouble.ASKS)


@dataclass(frozen=True)
class StepFacts:
	"""A step as its health sees it; moments are aware. `task`: its open task, `owner`: who owns that."""

	name: str
	state: StepState
	due_at: datetime | None = None
	leased_until: datetime | None = None
	reason: str | None = None
	task: str | None = None
	owner: str | None = None
	task_due_at: datetime | None = None


@dataclass(frozen=True)
class Finding:
	"""A step that needs looking at: why, and since when."""

	step: StepFacts
	trouble: Trouble
	since: datetime | None
	age: timedelta


@dataclass(frozen=True)
class Health:
	"""The figures of the report."""

	by_state: dict[StepState, int]
	late: int
	asking: int
	overdue_answers: int
	violations: int
	oldest_due: timedelta | None
	findings: tuple[Finding, ...]


def trouble_of(step: StepFacts, now: datetime) -> Trouble | None:
	"""What is wrong with a step, or None; the gravest when it is more than one thing."""
	if step.state is StepState.HUMAN:
		return Trouble.ASKS if step.task and step.owner else Trouble.NO_OWNER
	if step.state in (StepState.SKIPPED, StepState.CANCELLED) and not (step.reason or "").strip():
		return Trouble.NO_REASON
	if step.state is StepState.LEASED and step.leased_until is not None and step.leased_until < now - GRACE:
		return Trouble.STUCK
	if step.state in DUE_STATES and step.due_at is not None and step.due_at < now - GRACE:
		return Trouble.LATE
	return None


def assess(steps: Iterable[StepFacts], now: datetime, counts: dict[StepState, int] | None = None) -> Health:
	"""The health of these steps; `counts` gives the number by state when `steps` holds only those worth a look."""
	known: Sequence[StepFacts] = tuple(steps)
	findings = sorted(
		(_finding(step, trouble, now) for step in known if (trouble := trouble_of(step, now))),
		key=lambda finding: (ORDER.index(finding.trouble), -finding.age, finding.step.name),
	)
	found = Counter(finding.trouble for finding in findings)
	waits = [
		now - step.due_at for step in known if step.state in DUE_STATES and step.due_at and step.due_at <= now
	]
	return Health(
		by_state=dict(counts) if counts is not None else dict(Counter(step.state for step in known)),
		late=found[Trouble.LATE] + found[Trouble.STUCK],
		asking=found[Trouble.ASKS],
		overdue_answers=sum(
			1 for each in findings if each.step.task_due_at is not None and each.step.task_due_at < now
		),
		violations=sum(found[trouble] for trouble in VIOLATIONS),
		oldest_due=max(waits, default=None),
		findings=tuple(findings),
	)


def ended_share(by_state: dict[StepState, int]) -> dict[StepState, float]:
	"""Of the steps that have ended, the share that ended so; empty when none has."""
	total = sum(count for state, count in by_state.items() if state in ENDED_STEPS)
	return {state: by_state.get(state, 0) / total for state in ENDED_STEPS} if total else {}


def _finding(step: StepFacts, trouble: Trouble, now: datetime) -> Finding:
	since = step.leased_until if trouble is Trouble.STUCK else step.due_at
	return Finding(step, trouble, since, max(timedelta(0), now - since) if since else timedelta(0))
