"""Housekeeping: holds whose time is over each minute, rows of the past each night."""

from datetime import timedelta

from ..core.timeline import to_minutes
from ..site_time import utc_now
from ..store.claims import forget_buckets_before
from ..store.holds import end_expired
from ..store.limits import forget_counters

KEEP = timedelta(days=2)


def forget_past_buckets() -> None:
	"""Drop the five-minute rows of days that are over; the claims themselves stay as history."""
	forget_buckets_before(to_minutes(utc_now() - KEEP))


def end_expired_holds() -> None:
	"""Give back the time of holds that have run out; called every minute."""
	end_expired(utc_now())
	forget_counters(utc_now())
