"""The life of a booking: its states, who may follow whom, and what a valid request looks like."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from .refusal import Refusal

GRAIN_MINUTES = 5
LONGEST = timedelta(days=14)


class BookingStatus(StrEnum):
	REQUESTED = "Requested"
	HELD = "Held"
	CONFIRMED = "Confirmed"
	IN_PROGRESS = "In Progress"
	COMPLETED = "Completed"
	CANCELLED = "Cancelled"
	NO_SHOW = "No-show"


TRANSITIONS: dict[BookingStatus, frozenset[BookingStatus]] = {
	BookingStatus.REQUESTED: frozenset(
		{BookingStatus.HELD, BookingStatus.CONFIRMED, BookingStatus.CANCELLED}
	),
	BookingStatus.HELD: frozenset(
		{BookingStatus.REQUESTED, BookingStatus.CONFIRMED, BookingStatus.CANCELLED}
	),
	BookingStatus.CONFIRMED: frozenset(
		{BookingStatus.IN_PROGRESS, BookingStatus.COMPLETED, BookingStatus.CANCELLED, BookingStatus.NO_SHOW}
	),
	BookingStatus.IN_PROGRESS: frozenset({BookingStatus.COMPLETED, BookingStatus.CANCELLED}),
	BookingStatus.COMPLETED: frozenset(),
	BookingStatus.CANCELLED: frozenset(),
	BookingStatus.NO_SHOW: frozenset({BookingStatus.COMPLETED}),
}
"""A no-show can become Completed, for the customer who came late after all."""

BORN_AS = frozenset({BookingStatus.REQUESTED, BookingStatus.HELD, BookingStatus.CONFIRMED})
CLAIMING = frozenset({BookingStatus.HELD, BookingStatus.CONFIRMED, BookingStatus.IN_PROGRESS})
"""The states in which a booking claims its resources' time."""


class Waiver(StrEnum):
	"""Who may set a rule aside for one booking, by giving a reason."""

	STAFF = "staff"
	MANAGER = "manager"


WAIVABLE: dict[str, Waiver] = {
	"too_soon": Waiver.STAFF,
	"too_far_ahead": Waiver.STAFF,
	"outside_area": Waiver.STAFF,
	"outside_hours": Waiver.MANAGER,
	"closed_day": Waiver.MANAGER,
	"deposit_awaited": Waiver.STAFF,
}
"""Refusal -> who may book all the same, with a reason; all others stand for everybody."""


@dataclass(frozen=True)
class Visit:
	"""What is being booked, as its checks see it; moments are aware."""

	start: datetime
	end: datetime
	service_active: bool = True
	min_notice: timedelta = timedelta(0)
	booking_horizon: timedelta | None = None


def check_transition(before: str | None, after: str) -> Refusal | None:
	"""Whether a booking may go from one state to the other; None before means that it is new."""
	if after not in set(BookingStatus):
		return Refusal("unknown_status", "status", {"status": after, "known": ", ".join(BookingStatus)})
	new = BookingStatus(after)
	if before is None:
		if new not in BORN_AS:
			return Refusal("booking_born_as", "status", {"status": after, "allowed": _names(BORN_AS)})
		return None
	old = BookingStatus(before)
	if old == new or new in TRANSITIONS[old]:
		return None
	allowed = _names(TRANSITIONS[old])
	return Refusal(
		"booking_transition" if allowed else "booking_ended",
		"status",
		{"before": before, "after": after, "allowed": allowed},
	)


def check_visit(visit: Visit, now: datetime, by_staff: bool = True) -> Refusal | None:
	"""Whether a visit can be booked at all, before anyone's calendar is looked at.

	Nobody may book the past; notice and horizon bind customers (see `check_window`).
	"""
	if not visit.service_active:
		return Refusal("service_inactive", "service")
	if visit.end == visit.start:
		return Refusal("zero_duration", "ends_at")
	if visit.end < visit.start:
		return Refusal("end_before_start", "ends_at", {"start": visit.start, "end": visit.end})
	if visit.end - visit.start > LONGEST:
		return Refusal("too_long", "ends_at", {"days": LONGEST.days})
	if visit.start < now:
		return Refusal("in_the_past", "starts_at", {"start": visit.start})
	return None if by_staff else check_window(visit, now)


def check_window(visit: Visit, now: datetime) -> Refusal | None:
	"""Whether the visit keeps the service's notice and horizon."""
	if visit.start < now + visit.min_notice:
		return Refusal("too_soon", "starts_at", {"earliest": now + visit.min_notice})
	if visit.booking_horizon is not None and visit.start > now + visit.booking_horizon:
		return Refusal("too_far_ahead", "starts_at", {"latest": now + visit.booking_horizon})
	return None


def check_area(service: str, served: Collection[str], territories: Collection[str]) -> Refusal | None:
	"""Whether a service is offered where the visit is: in the territory or one that it lies in.

	`territories`: the visit's own and those around it, the own first; without any, or with nothing said about the service, it is.
	"""
	if not served or not territories or not frozenset(served).isdisjoint(territories):
		return None
	values = {"service": service, "territory": next(iter(territories)), "served": ", ".join(sorted(served))}
	return Refusal("outside_area", "territory", values)


def may_waive(code: str, reason: str, staff: bool, manager: bool) -> bool:
	"""Whether somebody who gives this reason may book although the rule of that code speaks against it."""
	waiver = WAIVABLE.get(code)
	able = {Waiver.STAFF: staff, Waiver.MANAGER: staff and manager}
	return waiver is not None and able[waiver] and bool(reason.strip())


def _names(states: Collection[BookingStatus]) -> str:
	return ", ".join(state.value for state in BookingStatus if state in states)
