"""When a failed attempt is made again."""

from datetime import datetime, timedelta

DELAYS = (
	timedelta(minutes=1),
	timedelta(minutes=5),
	timedelta(minutes=15),
	timedelta(hours=1),
	timedelta(hours=6),
)
JITTER = 0.2
SHORTEST_WAIT = timedelta(minutes=1)
LONGEST_WAIT = timedelta(days=1)


def next_delay(attempts: int, chance: float) -> timedelta | None:
	"""How long to wait after `attempts` failed ones (1 or more), spread by `chance` in [0, 1); None: a person takes over."""
	if attempts > len(DELAYS):
		return None
	return DELAYS[attempts - 1] * (1 + JITTER * chance)


def next_try(
	now: datetime, attempts: int, chance: float, last: datetime | None = None, asked: timedelta | None = None
) -> datetime | None:
	"""When a step that failed comes up again; None: a person takes over.

	`last`: its useful window's end, at which it is tried once more when the next time would be later. `asked`: how long the
	provider wants to be left alone, a day at the most.
	"""
	delay = next_delay(attempts, chance)
	if delay is None:
		return None
	wished = now + max(delay, min(asked or timedelta(0), LONGEST_WAIT))
	if last is None or wished <= last:
		return wished
	return last if last - now >= SHORTEST_WAIT else None
