"""When each step of a run is due, at the start, after a reschedule, and when something that steps wait for happens."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from ..hours import Schedule
from ..wall_time import moment_at
from .office_time import add_open_days, add_open_time, into_opening
from .spec import (
	ENDED_STEPS,
	Anchor,
	BusinessHours,
	ChainSpec,
	OnReschedule,
	StepSpec,
	StepState,
	Timing,
)

Anchors = Mapping[Anchor, datetime]

BOOKING_ANCHORS = (Anchor.BOOKING_START, Anchor.BOOKING_END)


@dataclass(frozen=True)
class PlannedStep:
	"""A step as it should stand now; `due_at` is UTC, None while its anchor has not happened."""

	code: str
	state: StepState
	due_at: datetime | None
	reason: str | None = None


@dataclass(frozen=True)
class Replan:
	"""What a reschedule does to a run: steps of the old revision to cancel, steps of the new one to plan."""

	cancel: tuple[str, ...]
	plan: tuple[PlannedStep, ...]


def due_time(
	timing: Timing, anchors: Anchors, zone: tzinfo, opening: Schedule | None = None
) -> datetime | None:
	"""The UTC moment a step is due, or None while its anchor has not happened.

	`opening`: the business's hours, for steps that keep to them; without any it is always open.
	"""
	anchor = anchors.get(timing.anchor)
	if anchor is None:
		return None
	counted = opening if timing.business_hours is BusinessHours.COUNT else None
	if timing.at is None:
		due = add_open_time(anchor, timing.offset, counted) if counted else anchor + timing.offset
	else:
		day = anchor.astimezone(zone).date()
		days = timing.offset.days
		due = moment_at(
			add_open_days(day, days, counted) if counted else day + timedelta(days=days), timing.at, zone
		)
	if opening and timing.business_hours is BusinessHours.MOVE:
		due = into_opening(due, anchor, opening)
	return due.astimezone(UTC)


def plan_step(
	step: StepSpec,
	anchors: Anchors,
	ended: Collection[str],
	zone: tzinfo,
	now: datetime,
	opening: Schedule | None = None,
) -> PlannedStep:
	"""Where a step stands: waiting for its anchor or its predecessors, planned for a time, or past its use."""
	due = due_time(step.timing, anchors, zone, opening)
	if due is None:
		return PlannedStep(step.code, StepState.WAITING, None)
	if step.timing.useful_for is not None and due + step.timing.useful_for < now:
		return PlannedStep(step.code, StepState.SKIPPED, due, "booked_too_late")
	if not set(step.after) <= set(ended):
		return PlannedStep(step.code, StepState.WAITING, due)
	return PlannedStep(step.code, StepState.PLANNED, due)


def plan_run(
	spec: ChainSpec,
	anchors: Anchors,
	zone: tzinfo,
	now: datetime,
	ended: Collection[str] = (),
	opening: Schedule | None = None,
) -> tuple[PlannedStep, ...]:
	"""All steps of a run, in the chain's order; those in `ended` are left out.

	A step that is skipped in planning counts as ended for the ones after it.
	"""
	steps = [step for step in spec.steps if step.code not in ended]
	skipped = {
		step.code
		for step in steps
		if plan_step(step, anchors, (), zone, now, opening).state is StepState.SKIPPED
	}
	return tuple(plan_step(step, anchors, skipped.union(ended), zone, now, opening) for step in steps)


def release_steps(
	spec: ChainSpec,
	states: Mapping[str, StepState],
	anchors: Anchors,
	zone: tzinfo,
	opening: Schedule | None = None,
) -> tuple[PlannedStep, ...]:
	"""The waiting steps that can be planned now: their anchor has happened and what they wait for has ended.

	None is skipped for being late: a step that was held up is for `decide_step` to judge, and then a person.
	"""
	released: list[PlannedStep] = []
	for step in spec.steps:
		if states.get(step.code) is not StepState.WAITING:
			continue
		due = due_time(step.timing, anchors, zone, opening)
		held_up = any(states.get(code) not in ENDED_STEPS for code in step.after)
		if due is not None and not held_up:
			released.append(PlannedStep(step.code, StepState.PLANNED, due))
	return tuple(released)


def replan_run(
	spec: ChainSpec,
	states: Mapping[str, StepState],
	anchors: Anchors,
	zone: tzinfo,
	now: datetime,
	opening: Schedule | None = None,
) -> Replan:
	"""What a reschedule means, from the states of the run's steps: open ones are planned anew, done ones by their rule.

	A step that was skipped is looked at again when its time hangs on the booking's. What counts from the run's start counts
	from the move: the new revision starts now. What is to be put right is due at once, whatever the step's own time.
	"""
	anchors = {**anchors, Anchor.RUN_START: now}
	again: set[str] = set()
	corrected: set[str] = set()
	for step in spec.steps:
		state = states.get(step.code)
		if state is StepState.DONE and step.on_reschedule is OnReschedule.CORRECT:
			corrected.add(step.code)
		retimed = step.timing.anchor in BOOKING_ANCHORS
		redone = state is StepState.DONE and step.on_reschedule is OnReschedule.REDO
		if (
			redone
			or (state is StepState.SKIPPED and retimed)
			or (state is not None and state not in ENDED_STEPS)
		):
			again.add(step.code)
	again |= corrected
	spec = replace(
		spec, steps=tuple(_at_once(step) if step.code in corrected else step for step in spec.steps)
	)
	kept = {code for code in states if code not in again}
	cancelled = tuple(code for code in states if code in again and states[code] not in ENDED_STEPS)
	return Replan(cancelled, plan_run(spec, anchors, zone, now, kept, opening))


def _at_once(step: StepSpec) -> StepSpec:
	return replace(step, timing=Timing())
