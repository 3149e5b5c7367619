"""What a rehearsal keeps: bookings, jobs, runs with their steps, tasks, messages and orders, all in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from ..core.booking import BookingStatus
from ..core.chains.spec import ENDED_STEPS, Anchor, ChainSpec, StepState
from ..core.followups import OPEN_STATES, TaskKind, TaskStatus
from ..core.job import JobStatus
from ..core.slots import Slot
from .bookings import Row
from .business import Service


@dataclass
class Customer:
	"""A person who books; one for each e-mail address, or name when there is none."""

	name: str
	email: str = ""
	mobile: str = ""
	source: str = ""
	job_type: str = ""
	visits: int = 0
	zone: str = ""


@dataclass
class Job:
	"""The work order of a booking."""

	name: str
	scope: str
	address: str
	access_notes: str
	status: JobStatus = JobStatus.OPEN
	resource: str = ""
	checklist: tuple[str, ...] = ()
	completed_at: datetime | None = None


@dataclass
class Booking:
	"""A booked visit; moments are UTC."""

	name: str
	ref: str
	customer: Customer
	service: Service
	start: datetime
	end: datetime
	resources: tuple[str, ...]
	requested_at: datetime
	address: str = ""
	territory: str = ""
	access_notes: str = ""
	notes: str = ""
	source: str = ""
	opportunity: str = ""
	status: BookingStatus = BookingStatus.CONFIRMED
	revision: int = 0
	job: Job | None = None
	runs: "list[Run]" = field(default_factory=list)
	story: list[tuple[datetime, str]] = field(default_factory=list)


@dataclass
class Task:
	"""A Follow-up Task: work that a person owns."""

	kind: TaskKind
	subject: str
	owner: str
	role: str
	opened_at: datetime
	due_at: datetime
	booking: Booking
	reason_code: str = ""
	reason: str = ""
	missing: tuple[str, ...] = ()
	notes: str = ""
	status: TaskStatus = TaskStatus.OPEN
	outcome: str = ""
	closed_at: datetime | None = None

	@property
	def is_open(self) -> bool:
		"""Whether somebody still has to do it."""
		return self.status in OPEN_STATES


@dataclass
class StepRun:
	"""One step of a run in one revision: when it is due, where it stands, why, and what it did."""

	code: str
	title: str
	action: str
	state: StepState
	due_at: datetime | None
	revision: int
	position: int
	priority: int
	reason_code: str = ""
	reason: str = ""
	effect: str = ""
	answer: str | None = None
	"""What a person answered to its question."""
	ended_at: datetime | None = None
	task: Task | None = None
	message: "Message | None" = None
	first_due_at: datetime | None = None
	"""When it was due before quiet hours put it off."""


@dataclass
class Run:
	"""A chain at work for one booking; `current` holds each step's newest revision, `steps` all of them."""

	spec: ChainSpec
	booking: Booking
	anchors: dict[Anchor, datetime]
	revision: int = 0
	depth: int = 0
	"""How many chains in a row have started one another up to this one."""
	current: dict[str, StepRun] = field(default_factory=dict)
	steps: list[StepRun] = field(default_factory=list)

	def states(self) -> Mapping[str, StepState]:
		"""Step code -> state, as the planner takes it."""
		return {code: step.state for code, step in self.current.items()}

	@property
	def is_over(self) -> bool:
		"""Whether every step has ended."""
		return all(step.state in ENDED_STEPS for step in self.current.values())


@dataclass
class Message:
	"""A message as it would be sent."""

	at: datetime
	kind: str
	to: str
	recipient: str
	subject: str
	body: str
	booking: Booking


@dataclass
class Order:
	"""An order for what a visit lacks."""

	item: str
	qty: Decimal
	unit: str
	ordered_at: datetime
	arrives_at: datetime
	booking: Booking

	@property
	def is_late(self) -> bool:
		"""Whether it comes after the visit that needs it has begun."""
		return self.arrives_at > self.booking.start


@dataclass
class Refused:
	"""A row of the story that was refused, with the open slots offered in its place."""

	row: Row
	text: str
	offers: tuple[Slot, ...] = ()
