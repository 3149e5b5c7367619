"""What a booking claims of its resources' time: whole buckets of five minutes, buffers included."""

from .booking import GRAIN_MINUTES
from .timeline import Interval


def buckets(start_minute: int, end_minute: int) -> range:
	"""The buckets that [start, end) touches, as five-minute steps since 1970 UTC; a bucket has one owner a resource."""
	return range(start_minute // GRAIN_MINUTES, -(-end_minute // GRAIN_MINUTES))


def claim_span(start_minute: int, end_minute: int, buffer_before: int = 0, buffer_after: int = 0) -> Interval:
	"""The UTC minutes that a visit with its buffers keeps others out of, widened to whole buckets."""
	taken = buckets(start_minute - buffer_before, end_minute + buffer_after)
	return taken.start * GRAIN_MINUTES, taken.stop * GRAIN_MINUTES
