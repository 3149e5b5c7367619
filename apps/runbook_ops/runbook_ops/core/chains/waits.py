"""What a step can wait for: named events, each known by a fact, and how an event or a fact tells that it has happened."""

from collections.abc import Mapping
from dataclasses import dataclass

from ..booking import CLAIMING, BookingStatus
from .condition import Condition, Row, failing_row
from .facts import Facts
from .names import RECORD
from .spec import ChainSpec, Event, StepSpec

STANDING = frozenset({*CLAIMING, BookingStatus.COMPLETED} - {BookingStatus.HELD})
"""States of a booking that has been confirmed and not given up."""


@dataclass(frozen=True)
class Wait:
	"""Something that steps wait for: the fact that tells it, the values that mean "it has happened", the event that brings it."""

	title: str
	fact: str
	values: frozenset[object]
	event: Event | None = None


WAITS: Mapping[str, Wait] = {
	"job_completed": Wait("the job is done", "job_completed", frozenset({True}), Event.JOB_COMPLETED),
	"booking_confirmed": Wait("the booking is confirmed", "status", STANDING, Event.BOOKING_CONFIRMED),
	"invoice_paid": Wait("the invoice is paid", "invoice_paid", frozenset({True})),
}
FIELD = "field"
"""A field of the run's record that reaches a value."""


def field_reached(settings: Mapping[str, object]) -> Condition:
	"""The condition that holds once the field has the value."""
	return Condition("all", (Row(f"{RECORD}{settings['field']}", "=", settings.get("value")),))


def has_happened(settings: Mapping[str, object], facts: Facts) -> bool:
	"""Whether what the settings of a waiting step name has happened."""
	wanted = str(settings["for"])
	if wanted == FIELD:
		return failing_row(field_reached(settings), facts) is None
	wait = WAITS[wanted]
	return facts[wait.fact] in wait.values


def waiting_steps(spec: ChainSpec) -> tuple[StepSpec, ...]:
	"""The steps of a chain that wait for more than a time."""
	return tuple(step for step in spec.steps if step.action == "wait" and step.settings.get("for") != "time")


def event_of(settings: Mapping[str, object]) -> Event | None:
	"""The event that ends the wait, when one does."""
	wait = WAITS.get(str(settings.get("for")))
	return wait.event if wait else None
