"""Classes: the life of a session, and which of its seats somebody gets."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from .refusal import Refusal


class SessionStatus(StrEnum):
	SCHEDULED = "Scheduled"
	CANCELLED = "Cancelled"
	COMPLETED = "Completed"


@dataclass(frozen=True)
class Session:
	"""A class at a certain time, as those who want seats in it see it."""

	name: str
	service: str
	status: str
	capacity: int
	taken: int = 0


def check_session_transition(before: str | None, after: str) -> Refusal | None:
	"""Whether a class may go from one state to the other; None before means that it is new."""
	if after not in set(SessionStatus):
		return Refusal("unknown_status", "status", {"status": after, "known": ", ".join(SessionStatus)})
	if before is None:
		return None if after == SessionStatus.SCHEDULED else Refusal("session_born_as", "status")
	if before in (after, SessionStatus.SCHEDULED):
		return None
	return Refusal("session_ended", "status", {"before": before})


def check_seats_wanted(session: Session, service: str, seats: int) -> Refusal | None:
	"""Whether a booking can ask for seats in this session at all; whether enough are free is seen under its lock."""
	if session.service != service:
		return Refusal("session_of_other", "class_session", {"session": session.name, "service": service})
	if session.status != SessionStatus.SCHEDULED:
		return Refusal("session_closed", "class_session", {"status": session.status})
	if seats < 1:
		return Refusal("seats_wanted", "seats")
	if seats > session.capacity:
		return Refusal("more_than_capacity", "seats", {"seats": seats, "capacity": session.capacity})
	return None


def free_numbers(taken: Collection[int], capacity: int, wanted: int) -> tuple[int, ...] | None:
	"""The lowest free seats, or None when fewer are free than wanted.

	Seats beyond the capacity count as taken too: somebody has them from when the class was larger.
	"""
	if len(taken) + wanted > capacity:
		return None
	free = [number for number in range(1, capacity + 1) if number not in taken]
	return tuple(free[:wanted])
