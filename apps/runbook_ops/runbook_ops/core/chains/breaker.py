"""A circuit breaker for each provider: after many failures in a row its messages wait, and one at a time tries whether it works again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


class BreakerState(StrEnum):
	CLOSED = "Closed"
	OPEN = "Open"


class Gate(StrEnum):
	"""What a message may do: go out, go out as the one that tries, or wait."""

	SEND = "send"
	TRY = "try"
	WAIT = "wait"


@dataclass(frozen=True)
class Limits:
	"""After how many failures in a row a provider counts as out of order (0: never), and how often it is tried then."""

	failures: int = 10
	pause: timedelta = timedelta(minutes=5)


@dataclass(frozen=True)
class Breaker:
	"""How a provider stands; moments are aware."""

	provider: str
	state: BreakerState = BreakerState.CLOSED
	failures: int = 0
	opened_at: datetime | None = None
	probe_at: datetime | None = None


def gate_of(breaker: Breaker | None, now: datetime) -> Gate:
	"""What a message of this provider may do now; None is a provider that never failed."""
	if breaker is None or breaker.state is BreakerState.CLOSED:
		return Gate.SEND
	return Gate.TRY if breaker.probe_at is None or breaker.probe_at <= now else Gate.WAIT


def waits_until(
	probe_at: datetime, now: datetime, pause: timedelta, chance: float, last: datetime | None
) -> datetime:
	"""When a message that has to wait comes up again: spread over a tenth of the pause behind the next try, so that they don't
	come all at once; not after its useful window, whose end it must not miss.
	"""
	wished = max(probe_at, now) + pause * (chance / 10)
	return wished if last is None or last >= wished else max(now, last + timedelta(seconds=1))
