"""The owner's figures of a rehearsal, counted from the world as it stands at the end."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

from ..core.booking import BookingStatus
from ..core.chains.actions import ACTIONS
from ..core.chains.spec import ENDED_STEPS, Anchor, Event, StepState
from ..core.eligibility import claimed_resources
from ..core.followups import TaskKind
from ..core.timeline import intersect, merge, to_minutes
from .records import Order, Run, StepRun
from .world import World

WORKED = (BookingStatus.CONFIRMED, BookingStatus.IN_PROGRESS, BookingStatus.COMPLETED)


@dataclass(frozen=True)
class Load:
	"""One person's work: visits, booked minutes (buffers not counted) and the minutes that they were open."""

	name: str
	visits: int
	booked_minutes: int
	open_minutes: int

	@property
	def share(self) -> float:
		"""Booked of open time, 0 to 1 and above."""
		return self.booked_minutes / self.open_minutes if self.open_minutes else 0.0


@dataclass(frozen=True)
class Figures:
	"""Counts over the whole rehearsal; mappings are sorted, the most frequent first."""

	first: datetime
	last: datetime
	bookings: int
	moved: int
	by_status: Mapping[str, int]
	refused: int
	refused_with_offer: int
	steps_by_state: Mapping[str, int]
	skipped_by_reason: Mapping[str, int]
	messages_by_kind: Mapping[str, int]
	exceptions: int
	exceptions_open: int
	exceptions_by_reason: Mapping[str, int]
	follow_ups: int
	follow_ups_open: int
	confirmed_after: tuple[timedelta, ...]
	loads: tuple[Load, ...]
	late_orders: tuple[Order, ...]
	orders: int
	held_up: int
	violations: tuple[str, ...]

	@property
	def steps(self) -> int:
		"""How many steps were planned, all revisions together."""
		return sum(self.steps_by_state.values())

	@property
	def median_confirmation(self) -> timedelta | None:
		"""The median time from the request to the customer's confirmation; None when none was sent."""
		if not self.confirmed_after:
			return None
		return timedelta(seconds=median(span.total_seconds() for span in self.confirmed_after))


def count(world: World) -> Figures:
	"""The figures of a rehearsal that has ended."""
	bookings = list(world.bookings.values())
	steps = [step for run in world.runs() for step in run.steps]
	exceptions = [task for task in world.tasks if task.kind is TaskKind.EXCEPTION]
	follow_ups = [task for task in world.tasks if task.kind is TaskKind.FOLLOW_UP]
	first, last = _period(world)
	return Figures(
		first=first,
		last=last,
		bookings=len(bookings),
		moved=sum(booking.revision > 0 for booking in bookings),
		by_status=_tally(booking.status.value for booking in bookings),
		refused=len(world.refused),
		refused_with_offer=sum(bool(refused.offers) for refused in world.refused),
		steps_by_state=_tally(step.state.value for step in steps),
		skipped_by_reason=_tally(step.reason for step in steps if step.state is StepState.SKIPPED),
		messages_by_kind=_tally(message.kind for message in world.outbox),
		exceptions=len(exceptions),
		exceptions_open=sum(task.is_open for task in exceptions),
		exceptions_by_reason=_tally(task.reason for task in exceptions),
		follow_ups=len(follow_ups),
		follow_ups_open=sum(task.is_open for task in follow_ups),
		confirmed_after=_confirmation_times(world),
		loads=_loads(world),
		late_orders=tuple(order for order in world.orders if order.is_late),
		orders=len(world.orders),
		held_up=sum(step.state is StepState.WAITING for run in world.runs() for step in run.current.values()),
		violations=tuple(find_violations(world)),
	)


def find_violations(world: World) -> list[str]:
	"""Every step that is neither ended nor, itself or by what it waits for, in the hands of a person; and every double booking."""
	found = []
	for run in world.runs():
		for step in run.steps:
			if run.current[step.code] is not step:
				lost = step.state not in ENDED_STEPS
			else:
				lost = not _is_safe(run, step, frozenset())
			if lost:
				found.append(f"{run.booking.ref}: {step.title} is {step.state.value}, and nobody owns it")
	return found + _double_bookings(world)


def _is_safe(run: Run, step: StepRun, seen: frozenset[str]) -> bool:
	if step.state in ENDED_STEPS:
		return bool(step.reason) or step.state is StepState.DONE
	if step.state is StepState.HUMAN:
		return step.task is not None and step.task.is_open and bool(step.task.owner)
	if step.state is not StepState.WAITING or step.code in seen:
		return False
	return any(
		other.state not in ENDED_STEPS and _is_safe(run, other, seen | {step.code})
		for other in _holds_up(run, step)
	)


def _holds_up(run: Run, step: StepRun) -> list[StepRun]:
	"""The steps that a waiting one waits for: those it names, and for a job to be done the step that awaits that."""
	spec = run.spec.step(step.code)
	assert spec is not None
	awaits_job = spec.timing.anchor is Anchor.JOB_COMPLETED and Anchor.JOB_COMPLETED not in run.anchors
	return [
		other
		for other in run.current.values()
		if other.code in spec.after or (awaits_job and _awaits_job(run, other))
	]


def _awaits_job(run: Run, other: StepRun) -> bool:
	spec = run.spec.step(other.code)
	return spec is not None and ACTIONS[spec.action].awaited(spec.settings) is Event.JOB_COMPLETED


def _double_bookings(world: World) -> list[str]:
	found = []
	claims = sorted(
		(name, *span, booking) for booking, (names, span) in world.claims.items() for name in names
	)
	for (name, _, end, one), (other_name, start, _, other) in pairwise(claims):
		if name == other_name and start < end:
			found.append(f"{name} is booked twice at the same time, for {one} and {other}")
	return found


def _confirmation_times(world: World) -> tuple[timedelta, ...]:
	"""From the request to the first message to the customer, for each booking that had one."""
	first: dict[str, timedelta] = {}
	for message in world.outbox:
		if message.to == "customer":
			first.setdefault(message.booking.name, message.at - message.booking.requested_at)
	return tuple(first.values())


def _loads(world: World) -> tuple[Load, ...]:
	visits = [booking for booking in world.bookings.values() if booking.status in WORKED]
	if not visits:
		return ()
	zone = world.business.zone
	first = min(booking.start for booking in visits).astimezone(zone).replace(hour=0, minute=0)
	last = max(booking.end for booking in visits).astimezone(zone).replace(hour=23, minute=59)
	window = ((to_minutes(first), to_minutes(last)),)
	loads = []
	for name, facts in world.facts.items():
		if facts.kind != "Person":
			continue
		spans = [
			(to_minutes(booking.start), to_minutes(booking.end))
			for booking in visits
			if name in claimed_resources(booking.resources, world.facts)
		]
		opened = intersect(merge(world.working(name, *window[0])), window)
		loads.append(Load(name, len(spans), _length(merge(spans)), _length(opened)))
	return tuple(sorted(loads, key=lambda load: (-load.booked_minutes, load.name)))


def _length(intervals: tuple[tuple[int, int], ...]) -> int:
	return sum(end - start for start, end in intervals)


def _period(world: World) -> tuple[datetime, datetime]:
	moments = [booking.requested_at for booking in world.bookings.values()]
	moments += [refused.row.at for refused in world.refused]
	ends = [step.ended_at for run in world.runs() for step in run.steps if step.ended_at]
	return min(moments), max(moments + ends)


def _tally(values) -> dict[str, int]:  # type: ignore[no-untyped-def]
	return dict(sorted(Counter(values).items(), key=lambda pair: (-pair[1], pair[0])))
