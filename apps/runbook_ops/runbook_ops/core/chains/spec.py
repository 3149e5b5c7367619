"""What a trigger chain is: a published, frozen list of steps with trigger, timing, condition and exception path."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from .condition import ALWAYS, Condition


class Event(StrEnum):
	"""What starts a chain or wakes a step that waits."""

	BOOKING_CONFIRMED = "booking_confirmed"
	BOOKING_RESCHEDULED = "booking_rescheduled"
	BOOKING_CANCELLED = "booking_cancelled"
	BOOKING_NO_SHOW = "booking_no_show"
	JOB_COMPLETED = "job_completed"
	OPPORTUNITY_BOOKED = "opportunity_booked"
	FORM_SUBMITTED = "form_submitted"
	WAITLIST_OFFERED = "waitlist_offered"


class Anchor(StrEnum):
	"""The moment that a step's time is counted from."""

	RUN_START = "run_start"
	BOOKING_START = "booking_start"
	BOOKING_END = "booking_end"
	JOB_COMPLETED = "job_completed"


class OnReschedule(StrEnum):
	"""What a reschedule means for a step that is done: it stays, or it is done again for the new time."""

	KEEP = "keep"
	REDO = "redo"


class StepState(StrEnum):
	WAITING = "Waiting"
	PLANNED = "Planned"
	LEASED = "Leased"
	RETRY = "Retry"
	HUMAN = "Human"
	DONE = "Done"
	SKIPPED = "Skipped"
	CANCELLED = "Cancelled"


DUE_STATES = (StepState.PLANNED, StepState.RETRY)
OPEN_STEPS = (StepState.WAITING, StepState.PLANNED, StepState.LEASED, StepState.RETRY, StepState.HUMAN)
ENDED_STEPS = (StepState.DONE, StepState.SKIPPED, StepState.CANCELLED)


class RunStatus(StrEnum):
	RUNNING = "Running"
	NEEDS_ATTENTION = "Needs Attention"
	DONE = "Done"
	CANCELLED = "Cancelled"


class EffectClass(StrEnum):
	"""How an effect is made to happen once (see docs/concepts.md)."""

	LOCAL = "Local"
	LOOK_UP = "Look-up"
	NONE = "None"


@dataclass(frozen=True)
class Timing:
	"""When a step is due: `offset` from the anchor, or at a wall time of the day that the offset leads to.

	`useful_for`: how long after its due time the step still makes sense; None is for ever.
	"""

	anchor: Anchor = Anchor.RUN_START
	offset: timedelta = timedelta(0)
	at: time | None = None
	useful_for: timedelta | None = None


@dataclass(frozen=True)
class ExceptionPath:
	"""Who owns the step when it can't be done, and how soon they should act."""

	role: str = "Runbook Front Desk"
	due_in: timedelta = timedelta(hours=4)


@dataclass(frozen=True)
class StepSpec:
	"""One node of a chain."""

	code: str
	title: str
	action: str
	settings: Mapping[str, object] = field(default_factory=dict)
	timing: Timing = Timing()
	after: tuple[str, ...] = ()
	condition: Condition = ALWAYS
	exception: ExceptionPath = ExceptionPath()
	priority: int = 50
	on_reschedule: OnReschedule = OnReschedule.KEEP


@dataclass(frozen=True)
class ChainSpec:
	"""A chain as published: it never changes, runs keep theirs."""

	code: str
	title: str
	trigger: Event
	steps: tuple[StepSpec, ...]
	trigger_doctype: str | None = None

	def step(self, code: str) -> StepSpec | None:
		"""The step with this code, or None when this version has no such step."""
		return next((step for step in self.steps if step.code == code), None)
