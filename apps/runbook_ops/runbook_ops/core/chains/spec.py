"""What a trigger chain is: a published, frozen list of steps with trigger, timing, condition and exception path."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any

from ..recurrence import Rule
from .condition import ALWAYS, Condition


class Event(StrEnum):
	"""What starts a chain or wakes a step that waits."""

	BOOKING_REQUESTED = "booking_requested"
	BOOKING_HELD = "booking_held"
	BOOKING_CONFIRMED = "booking_confirmed"
	BOOKING_RESCHEDULED = "booking_rescheduled"
	BOOKING_REASSIGNED = "booking_reassigned"
	BOOKING_STARTED = "booking_started"
	BOOKING_CANCELLED = "booking_cancelled"
	BOOKING_NO_SHOW = "booking_no_show"
	JOB_CREATED = "job_created"
	JOB_ASSIGNED = "job_assigned"
	JOB_EN_ROUTE = "job_en_route"
	JOB_ARRIVED = "job_arrived"
	JOB_STARTED = "job_started"
	JOB_PAUSED = "job_paused"
	JOB_COMPLETED = "job_completed"
	JOB_CANCELLED = "job_cancelled"
	OPPORTUNITY_BOOKED = "opportunity_booked"
	OPPORTUNITY_STAGE = "opportunity_stage"
	FORM_SUBMITTED = "form_submitted"
	RECORD_CHANGED = "record_changed"
	RECORD_SUBMITTED = "record_submitted"
	RECORD_CANCELLED = "record_cancelled"
	DATE_REACHED = "date_reached"
	TIME_RECURRING = "time_recurring"
	SUBMISSION = "submission"
	CHAIN_ENDED = "chain_ended"
	CHAIN_STEP = "chain_step"
	WAITLIST_OFFERED = "waitlist_offered"


class Anchor(StrEnum):
	"""The moment that a step's time is counted from."""

	RUN_START = "run_start"
	BOOKING_START = "booking_start"
	BOOKING_END = "booking_end"
	JOB_COMPLETED = "job_completed"


class OnReschedule(StrEnum):
	"""What a reschedule means for a step that is done: it stays, it is done again at its new time, or what it said is put right at
	once."""

	KEEP = "keep"
	REDO = "redo"
	CORRECT = "correct"


class BusinessHours(StrEnum):
	"""What the opening hours mean for a step's time: nothing, it is moved into them, or its offset is counted in them."""

	IGNORE = "ignore"
	MOVE = "move"
	COUNT = "count"


class QuietRule(StrEnum):
	"""Whether a step keeps the customer's quiet hours; by default what comes at a time of its own does, an answer at once not."""

	DEFAULT = ""
	KEEP = "keep"
	IGNORE = "ignore"


class Late(StrEnum):
	"""What becomes of a step whose useful window is over: a person decides, or it is left out with the reason."""

	ASK = "ask"
	SKIP = "skip"


class StepState(StrEnum):
	WAITING = "Waiting"
	PLANNED = "Planned"
	LEASED = "Leased"
	RETRY = "Retry"
	HUMAN = "Human"
	DONE = "Done"
	SKIPPED = "Skipped"
	CANCELLED = "Cancelled"


UNDO = "undo."
"""How the codes of steps begin that take back what another step has done."""

DUE_STATES = (StepState.PLANNED, StepState.RETRY)
OPEN_STEPS = (StepState.WAITING, StepState.PLANNED, StepState.LEASED, StepState.RETRY, StepState.HUMAN)
ENDED_STEPS = (StepState.DONE, StepState.SKIPPED, StepState.CANCELLED)


class RunStatus(StrEnum):
	RUNNING = "Running"
	NEEDS_ATTENTION = "Needs Attention"
	DONE = "Done"
	CANCELLED = "Cancelled"
	NOT_STARTED = "Not Started"


class EffectClass(StrEnum):
	"""How an effect is made to happen once (see docs/concepts.md)."""

	LOCAL = "Local"
	KEYED = "Keyed"
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
	business_hours: BusinessHours = BusinessHours.IGNORE
	quiet: QuietRule = QuietRule.DEFAULT
	quiet_own: tuple[time, time] | None = None
	"""Quiet hours of this step's own, in wall time, in place of those of the settings."""
	late: Late = Late.ASK

	@property
	def keeps_quiet(self) -> bool:
		"""Whether quiet hours hold the step back."""
		at_once = self.anchor is Anchor.RUN_START and not self.offset and self.at is None
		return self.quiet is QuietRule.KEEP or (self.quiet is QuietRule.DEFAULT and not at_once)


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
	worked_out: dict[str, Any] = field(default_factory=dict, init=False, repr=False, compare=False)
	"""What was found out about the step, as it never changes."""


@dataclass(frozen=True)
class TriggerDetails:
	"""What an event needs to be told beside the DocType; each event reads those that it has a use for.

	`field` with `from_value` and `to_value`: a change of that field, from or to any value where none is given. `field` with `offset`
	and `at`: a time counted from the date in it. `rule`, `at`, `starts_on`: a time that comes again. `chain`: the chain whose end it
	is. `values`: the names that a submission brings.
	"""

	field: str = ""
	from_value: str = ""
	to_value: str = ""
	offset: timedelta = timedelta(0)
	at: time | None = None
	rule: Rule | None = None
	starts_on: date | None = None
	chain: str = ""
	values: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChainSpec:
	"""A chain as published: it never changes, runs keep theirs. `condition`: whether an event starts a run at all."""

	code: str
	title: str
	trigger: Event
	steps: tuple[StepSpec, ...]
	trigger_doctype: str | None = None
	details: TriggerDetails = TriggerDetails()
	condition: Condition = ALWAYS

	@property
	def knows_hours(self) -> bool:
		"""Whether any step's time hangs on the business's opening hours."""
		return any(step.timing.business_hours is not BusinessHours.IGNORE for step in self.steps)

	def step(self, code: str) -> StepSpec | None:
		"""The step with this code, or None when this version has no such step."""
		return next((step for step in self.steps if step.code == code), None)
