"""The one decision of every step: too late, condition not met, or whatever its action decides from the facts."""

from collections.abc import Mapping
from datetime import datetime

from ..booking import BookingStatus
from ..waitlist import OfferStatus
from .actions import ACTIONS
from .condition import failing_row, rows_of
from .decision import Ask, Decision, Skip
from .facts import Facts
from .spec import ENDED_STEPS, Anchor, ChainSpec, Event, StepSpec, StepState

CLOSED_BOOKING = (BookingStatus.CANCELLED, BookingStatus.NO_SHOW)

ABOUT_CLOSED = {
	Event.BOOKING_CANCELLED: BookingStatus.CANCELLED,
	Event.BOOKING_NO_SHOW: BookingStatus.NO_SHOW,
}
"""Chains that exist because the booking was closed; they work while it stays closed in that way."""


def decide_step(
	step: StepSpec, facts: Facts, due_at: datetime, now: datetime, trigger: Event = Event.BOOKING_CONFIRMED
) -> Decision:
	"""What to do with a due step of a chain with this trigger. The same function serves the site and the rehearsal."""
	contradiction = _contradicts(trigger, facts["status"])
	if contradiction is not None:
		return contradiction
	if step.timing.useful_for is not None and now > due_at + step.timing.useful_for:
		return Ask("step_late", (), {"due": due_at})
	row = failing_row(step.condition, facts)
	if row is not None:
		found = facts[row.fact]
		values = {
			"row": " ".join(str(part) for part in (row.fact, row.operator, row.value) if part is not None),
			"found": "not known" if found in (None, "") else found,
		}
		return Skip("condition_not_met", {"fact": row.fact, **values})
	return ACTIONS[step.action].decide(step.settings, facts)


def reads_stock(step: StepSpec) -> bool:
	"""Whether a step looks at the stock, so that the others need not ask for it."""
	rows = [row.fact for row in rows_of(step.condition)]
	texts = [str(step.settings.get(name, "")) for name in ACTIONS[step.action].templates]
	return step.action == "check_materials" or any("materials" in part for part in (*rows, *texts))


def woken_steps(spec: ChainSpec, states: Mapping[str, StepState], event: Event) -> tuple[str, ...]:
	"""The steps that an event makes due at once: those whose action waits for it and that have not ended, owned ones too."""
	return tuple(
		step.code
		for step in spec.steps
		if ACTIONS[step.action].waits_for is event
		and states.get(step.code, StepState.DONE) not in ENDED_STEPS
	)


def moot_steps(spec: ChainSpec, states: Mapping[str, StepState]) -> tuple[str, ...]:
	"""The open steps that a finished job leaves without a point: those that lead up to the visit, such as its reminders."""
	return tuple(
		step.code
		for step in spec.steps
		if step.timing.anchor is Anchor.BOOKING_START
		and states.get(step.code, StepState.DONE) not in ENDED_STEPS
	)


def _contradicts(trigger: Event, status: object) -> Skip | None:
	if trigger is Event.WAITLIST_OFFERED:
		return None if status == OfferStatus.OPEN else Skip("offer_over", {"status": status})
	about = ABOUT_CLOSED.get(trigger)
	if about is None:
		return Skip("booking_closed", {"status": status}) if status in CLOSED_BOOKING else None
	return None if status == about else Skip("booking_reopened", {"status": status, "was": about.value})
