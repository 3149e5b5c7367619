"""Follow-up Tasks: their states, what each choice of a review means, and when they are due."""

from enum import StrEnum

from .refusal import Refusal


class TaskStatus(StrEnum):
	OPEN = "Open"
	IN_PROGRESS = "In Progress"
	DONE = "Done"
	DISMISSED = "Dismissed"


class TaskKind(StrEnum):
	EXCEPTION = "Exception"
	FOLLOW_UP = "Follow-up"
	ENQUIRY = "Enquiry"


class Choice(StrEnum):
	"""What a person can answer to an exception."""

	RETRY = "Retry"
	DONE_BY_HAND = "Done by hand"
	SKIP = "Skip"


class PlanChoice(StrEnum):
	"""What a person can answer when a day of a plan can't be booked as planned."""

	NEXT_SLOT = "Take the next open slot"
	OTHER_PERSON = "Another person"
	SKIP_VISIT = "Skip this visit"
	BY_HAND = "I will sort it out"


OPEN_STATES = frozenset({TaskStatus.OPEN, TaskStatus.IN_PROGRESS})

TRANSITIONS: dict[TaskStatus, frozenset[TaskStatus]] = {
	TaskStatus.OPEN: frozenset({TaskStatus.IN_PROGRESS, TaskStatus.DONE, TaskStatus.DISMISSED}),
	TaskStatus.IN_PROGRESS: frozenset({TaskStatus.OPEN, TaskStatus.DONE, TaskStatus.DISMISSED}),
	TaskStatus.DONE: frozenset(),
	TaskStatus.DISMISSED: frozenset(),
}


def check_transition(before: str | None, after: str) -> Refusal | None:
	"""Whether a task may go from one state to the other; None before means that it is new."""
	if after not in set(TaskStatus):
		return Refusal("unknown_status", "status", {"status": after, "known": ", ".join(TaskStatus)})
	new = TaskStatus(after)
	if before is None:
		return None if new in OPEN_STATES else Refusal("task_born_as", "status", {"status": after})
	old = TaskStatus(before)
	if old == new or new in TRANSITIONS[old]:
		return None
	return Refusal("task_transition", "status", {"before": before, "after": after})


def check_resolution(choice: str, offered: frozenset[str], reason: str) -> Refusal | None:
	"""Whether an exception can be resolved so: only as offered, and a skip says why."""
	if choice not in offered:
		return Refusal(
			"choice_not_offered", "choice", {"choice": choice, "offered": ", ".join(sorted(offered))}
		)
	if choice == Choice.SKIP and not reason.strip():
		return Refusal("skip_needs_reason", "reason")
	return None
