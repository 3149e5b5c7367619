"""When a question that nobody answers goes up, and how far: first to a role above, then to the owner of the business."""

from datetime import datetime, timedelta

ROLE, OWNER = 1, 2
"""The levels: somebody of the role that the settings name, then the default owner. There is none above."""


def next_level(
	level: int, due_at: datetime, escalated_at: datetime | None, now: datetime, pause: timedelta
) -> int | None:
	"""The level to which an open question goes up now, None when it stays. Each level comes once.

	`due_at`: by when it should be answered; `pause`: how long the first level has before the second.
	"""
	if level < ROLE:
		return ROLE if now > due_at else None
	if level < OWNER and escalated_at is not None:
		return OWNER if now > escalated_at + pause else None
	return None
