"""The one decision of every step: too late, condition not met, or whatever its action decides from the facts."""

from collections.abc import Mapping
from datetime import UTC, datetime

from ..booking import BookingStatus
from ..waitlist import OfferStatus
from .actions import ACTIONS
from .condition import Row, failing_row, rows_of
from .decision import Act, Ask, Decision, Postpone, Skip
from .facts import Facts
from .names import RECORD, Names
from .office_time import Quiet
from .spec import ENDED_STEPS, Anchor, ChainSpec, Event, Late, StepSpec, StepState
from .template import LONGEST_TEXT, TextTooLong, names_in
from .waits import FIELD

CLOSED_BOOKING = (BookingStatus.CANCELLED, BookingStatus.NO_SHOW)

ANY_NAME = Names(record=None)

NEVER_QUIET = Quiet(None, UTC)

ABOUT_CLOSED = {
	Event.BOOKING_CANCELLED: BookingStatus.CANCELLED,
	Event.BOOKING_NO_SHOW: BookingStatus.NO_SHOW,
}
"""Chains that exist because the booking was closed; they work while it stays closed in that way."""


def decide_step(
	step: StepSpec,
	facts: Facts,
	due_at: datetime,
	now: datetime,
	trigger: Event = Event.BOOKING_CONFIRMED,
	quiet: Quiet = NEVER_QUIET,
) -> Decision:
	"""What to do with a due step of a chain with this trigger. The same function serves the site and the rehearsal.

	`due_at`: when it was first due, whatever has held it up since; its useful window counts from there.
	"""
	contradiction = _contradicts(trigger, facts["status"])
	if contradiction is not None and not ACTIONS[step.action].undoes:
		return contradiction
	last = last_moment(step, due_at)
	if last is not None and now > last:
		return _too_late(step, "step_late", {"due": due_at})
	facts = {**dict.fromkeys(name for name in facts_read(step) if name.startswith(RECORD)), **facts}
	row = failing_row(step.condition, facts)
	if row is not None:
		return Skip("condition_not_met", row_values(row, facts))
	decision = _decided(step, facts)
	until = quiet_until(step, facts, now, quiet) if isinstance(decision, Act) else None
	if until is None:
		return decision
	if last is not None and until > last:
		return _too_late(step, "quiet_too_long", {"until": until})
	return Postpone(until, "quiet_hours", {"until": until})


def _decided(step: StepSpec, facts: Facts) -> Decision:
	try:
		return ACTIONS[step.action].decide(step.settings, facts)
	except TextTooLong:
		return Ask("text_without_end", (), {"most": LONGEST_TEXT})


def start_refused(spec: ChainSpec, facts: Facts) -> Skip | None:
	"""Why an event does not start a run of a chain: its condition does not hold."""
	facts = {**dict.fromkeys(start_reads(spec)), **facts}
	row = failing_row(spec.condition, facts)
	return Skip("start_condition_not_met", row_values(row, facts)) if row else None


def start_reads(spec: ChainSpec) -> frozenset[str]:
	"""The facts that a chain's own condition names."""
	return frozenset(row.fact for row in rows_of(spec.condition))


def row_values(row: Row, facts: Facts) -> dict[str, object]:
	"""A row that does not hold, and what was found instead, as the text of its reason tells them."""
	found = facts[row.fact]
	told = " ".join(str(part) for part in (row.fact, row.operator, row.value) if part is not None)
	return {"fact": row.fact, "row": told, "found": "not known" if found in (None, "") else found}


def last_moment(step: StepSpec, due_at: datetime) -> datetime | None:
	"""Until when a step that was first due at `due_at` makes sense; None is for ever."""
	useful = step.timing.useful_for
	return None if useful is None else due_at + useful


def quiet_until(step: StepSpec, facts: Facts, now: datetime, quiet: Quiet) -> datetime | None:
	"""Until when the customer is left alone by a step that writes to them; None when it may go out now."""
	timing = step.timing
	to_customer = (
		"to" in ACTIONS[step.action].settings and (step.settings.get("to") or "customer") == "customer"
	)
	if not to_customer or not timing.keeps_quiet:
		return None
	hours = Quiet(timing.quiet_own, quiet.zone) if timing.quiet_own else quiet
	zone = facts.get("customer_time_zone")
	return hours.lasts_until(now, str(zone) if zone else None)


def _too_late(step: StepSpec, code: str, values: Mapping[str, object]) -> Decision:
	return Skip(code, values) if step.timing.late is Late.SKIP else Ask(code, (), values)


def facts_read(step: StepSpec) -> frozenset[str]:
	"""The facts that a step names: in its condition, its templates, its settings, and those that its action decides on."""
	found: frozenset[str] | None = step.worked_out.get("facts_read")
	if found is None:
		found = step.worked_out["facts_read"] = _facts_read(step)
	return found


def _facts_read(step: StepSpec) -> frozenset[str]:
	action = ACTIONS.get(step.action)
	found = {row.fact for row in rows_of(step.condition)} | set(
		action.read_by(step.settings) if action else ()
	)
	for name, value in step.settings.items():
		if action and name in action.templates:
			found |= names_in(str(value))
		else:
			several = value if isinstance(value, list | tuple) else (value,)
			found |= {one for one in several if isinstance(one, str) and one in ANY_NAME}
	if step.settings.get("for") == FIELD and step.settings.get("field"):
		found.add(f"{RECORD}{step.settings['field']}")
	return frozenset(found)


def woken_steps(spec: ChainSpec, states: Mapping[str, StepState], event: Event) -> tuple[str, ...]:
	"""The steps that an event makes due at once: those whose action waits for it and that have not ended, owned ones too."""
	return tuple(
		step.code
		for step in spec.steps
		if ACTIONS[step.action].awaited(step.settings) is event
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
