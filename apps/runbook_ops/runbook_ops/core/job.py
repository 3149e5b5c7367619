"""The life of a job (the work order of a booking) and the phases whose times are kept."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum

from .refusal import Refusal


class JobStatus(StrEnum):
	OPEN = "Open"
	ASSIGNED = "Assigned"
	EN_ROUTE = "En Route"
	ARRIVED = "Arrived"
	IN_PROGRESS = "In Progress"
	PAUSED = "Paused"
	COMPLETED = "Completed"
	CANCELLED = "Cancelled"


TRANSITIONS: dict[JobStatus, frozenset[JobStatus]] = {
	JobStatus.OPEN: frozenset({JobStatus.ASSIGNED, JobStatus.CANCELLED}),
	JobStatus.ASSIGNED: frozenset(
		{
			JobStatus.OPEN,
			JobStatus.EN_ROUTE,
			JobStatus.ARRIVED,
			JobStatus.IN_PROGRESS,
			JobStatus.COMPLETED,
			JobStatus.CANCELLED,
		}
	),
	JobStatus.EN_ROUTE: frozenset(
		{JobStatus.ASSIGNED, JobStatus.ARRIVED, JobStatus.COMPLETED, JobStatus.CANCELLED}
	),
	JobStatus.ARRIVED: frozenset({JobStatus.IN_PROGRESS, JobStatus.COMPLETED, JobStatus.CANCELLED}),
	JobStatus.IN_PROGRESS: frozenset({JobStatus.PAUSED, JobStatus.COMPLETED, JobStatus.CANCELLED}),
	JobStatus.PAUSED: frozenset({JobStatus.IN_PROGRESS, JobStatus.COMPLETED, JobStatus.CANCELLED}),
	JobStatus.COMPLETED: frozenset(),
	JobStatus.CANCELLED: frozenset(),
}
"""A shop visit may go from Assigned straight to Completed, as may one whose phases nobody stamped."""


def check_transition(before: str | None, after: str) -> Refusal | None:
	"""Whether a job may go from one state to the other; None before means that it is new."""
	if after not in set(JobStatus):
		return Refusal("unknown_status", "status", {"status": after, "known": ", ".join(JobStatus)})
	new = JobStatus(after)
	if before is None:
		born = {JobStatus.OPEN, JobStatus.ASSIGNED}
		return None if new in born else Refusal("job_born_as", "status", {"status": after})
	old = JobStatus(before)
	if old == new or new in TRANSITIONS[old]:
		return None
	allowed = ", ".join(state.value for state in JobStatus if state in TRANSITIONS[old])
	return Refusal(
		"job_transition" if allowed else "job_ended",
		"status",
		{"before": before, "after": after, "allowed": allowed},
	)


def actual_times(phases: Sequence[tuple[str, datetime]]) -> tuple[datetime | None, datetime | None]:
	"""When a visit really began and ended, from a job's phases in order.

	It begins with the arrival, or with the work when nobody stamped the arrival; without either nobody knows, and an end
	alone says when it was marked done and not when it was.
	"""
	begun = next((at for status, at in phases if status in (JobStatus.ARRIVED, JobStatus.IN_PROGRESS)), None)
	ended = next((at for status, at in phases if status == JobStatus.COMPLETED), None)
	return begun, ended if begun else None
