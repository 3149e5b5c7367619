"""What two rehearsals of the same story did differently: steps that only one of them took, other times, other texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..core.chains.compare import StepChange
from ..core.chains.spec import StepState
from .pages import render_html
from .records import Booking, Run, StepRun
from .world import World


@dataclass(frozen=True)
class Outcome:
	"""How a step of a booking ended in one rehearsal; None where there is no such step."""

	state: str
	at: datetime | None
	text: str
	message: str


@dataclass(frozen=True)
class Difference:
	"""A step that ended differently; `what` names the ways: step, state, time, text, message."""

	title: str
	before: Outcome | None
	after: Outcome | None
	what: tuple[str, ...]


@dataclass(frozen=True)
class BookingDifference:
	"""Everything that is different for one booking."""

	booking: Booking
	differences: tuple[Difference, ...]


def compare_worlds(before: World, after: World) -> tuple[BookingDifference, ...]:
	"""The bookings for which something is different, in the story's order; both worlds lived through the same story."""
	found = []
	for ref, booking in after.bookings.items():
		other = before.bookings.get(ref)
		if other is not None and (differences := _differences(other, booking)):
			found.append(BookingDifference(booking, differences))
	return tuple(found)


def render_comparison(
	title: str,
	changes: tuple[StepChange, ...],
	found: tuple[BookingDifference, ...],
	world: World,
) -> str:
	"""The comparison as one HTML page that stands alone. Everything from the input is escaped."""
	return render_html(
		"compare.html.jinja",
		world.business.zone,
		title=title,
		changes=changes,
		found=found,
		bookings=len(world.bookings),
	)


def _differences(before: Booking, after: Booking) -> tuple[Difference, ...]:
	old, new = _outcomes(before), _outcomes(after)
	found = []
	for key in dict.fromkeys((*old, *new)):
		title, one = old.get(key, ("", None))
		title, other = new.get(key, (title, None))
		what = _ways(one, other)
		if what:
			found.append(Difference(title, one, other, what))
	return tuple(found)


def _outcomes(booking: Booking) -> Mapping[tuple[str, str, int], tuple[str, Outcome]]:
	return {
		(run.spec.code, step.code, step.revision): (step.title, _outcome(run, step))
		for run in booking.runs
		for step in run.steps
	}


def _outcome(run: Run, step: StepRun) -> Outcome:
	message = f"{step.message.subject}\n\n{step.message.body}" if step.message else ""
	text = step.effect if step.state is StepState.DONE else step.reason
	return Outcome(step.state.value, step.ended_at or step.due_at, text, message)


def _ways(one: Outcome | None, other: Outcome | None) -> tuple[str, ...]:
	if one is None or other is None:
		return () if one is other else ("step",)
	names = {"state": "state", "at": "time", "text": "text", "message": "message"}
	return tuple(word for name, word in names.items() if getattr(one, name) != getattr(other, name))
