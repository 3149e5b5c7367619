"""Whether the engine is alive: from the age of its last sweep and of the oldest step that is due."""

from dataclasses import dataclass
from datetime import datetime, timedelta

SILENT_AFTER = timedelta(minutes=10)
"""The sweep comes each minute, and while it works a backlog at the latest after its four minutes."""
STALE_AFTER = timedelta(minutes=15)
"""A step that is due waits for a worker this long at the most, however much there is to do."""


@dataclass(frozen=True)
class Pulse:
	"""How the engine stands now; None where there is nothing: no sweep yet, nothing due."""

	sweep_age: timedelta | None
	oldest_due: timedelta | None
	late: int = 0
	lost: int = 0
	out_of_order: tuple[str, ...] = ()

	@property
	def alive(self) -> bool:
		"""Whether steps are being worked. A provider that is out of order, or a lost step, does not make the engine dead."""
		swept = self.sweep_age is not None and self.sweep_age < SILENT_AFTER
		return swept and (self.oldest_due is None or self.oldest_due < STALE_AFTER)


def is_silent(last_sweep: datetime | None, now: datetime) -> bool:
	"""Whether the sweep has come before and does no longer."""
	return last_sweep is not None and now - last_sweep >= SILENT_AFTER
