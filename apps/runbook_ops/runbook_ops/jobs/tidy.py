"""Nightly housekeeping of the engine's tables."""

from datetime import timedelta

from ..core.timeline import to_minutes
from ..site_time import utc_now
from ..store.claims import forget_buckets_before

KEEP = timedelta(days=2)


def forget_past_buckets() -> None:
	"""Drop the five-minute rows of days that are over; the claims themselves stay as history."""
	forget_buckets_before(to_minutes(utc_now() - KEEP))
