"""When a failed attempt is made again."""

from datetime import timedelta

DELAYS = (
	timedelta(minutes=1),
	timedelta(minutes=5),
	timedelta(minutes=15),
	timedelta(hours=1),
	timedelta(hours=6),
)
JITTER = 0.2


def next_delay(attempts: int, chance: float) -> timedelta | None:
	"""How long to wait after `attempts` failed ones (1 or more), spread by `chance` in [0, 1); None: a person takes over."""
	if attempts > len(DELAYS):
		return None
	return DELAYS[attempts - 1] * (1 + JITTER * chance)
