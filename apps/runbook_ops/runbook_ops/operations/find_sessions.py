"""Find the coming sessions of a class that still have seats."""

from datetime import datetime, timedelta

from ..site_time import to_utc
from ..store.class_seats import OpenSession, find_open

OFFERS = 3
OFFER_DAYS = 60
MOST_SESSIONS = 500


def find_sessions(
	service: str, first: datetime, last: datetime, seats: int = 1, limit: int = MOST_SESSIONS
) -> tuple[OpenSession, ...]:
	"""Sessions of a service that start in [first, last), aware, with so many seats left, in time order; two queries."""
	return find_open(service, to_utc(first), to_utc(last), max(seats, 1), limit)


def next_sessions(service: str, after: datetime, now: datetime, seats: int = 1) -> tuple[OpenSession, ...]:
	"""The next few sessions with seats, from a wished time on; from now on when none comes after it."""
	first = max(after, now)
	found = find_sessions(service, first, first + timedelta(days=OFFER_DAYS), seats, OFFERS)
	if found or first == now:
		return found
	return find_sessions(service, now, first, seats, OFFERS)


def session_at(service: str, start: datetime, seats: int = 1) -> OpenSession | None:
	"""The session of a service that starts at this very minute and has the seats; None when there is none."""
	found = find_sessions(service, start, start + timedelta(minutes=1), seats, 1)
	return found[0] if found else None
