"""Wall-clock times to moments, right on the days when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo


def moment_at(day: date, wall: time, zone: tzinfo, last: bool = False) -> datetime:
	"""The UTC moment at which a clock in `zone` shows `wall` on `day`.

	A time that the clock skips moves forward by the gap; of a repeated one it is the first, or the last when asked for.
	"""
	first_showing = datetime.combine(day, wall, zone)
	moment = first_showing.astimezone(UTC)
	skipped = moment.astimezone(zone).replace(tzinfo=None) != first_showing.replace(tzinfo=None)
	if last and not skipped:
		moment = first_showing.replace(fold=1).astimezone(UTC)
	return moment


def days_later(moment: datetime, days: int, zone: tzinfo) -> datetime:
	"""The UTC moment at which clocks in `zone` show the same time, `days` calendar days later."""
	local = moment.astimezone(zone)
	return moment_at(local.date() + timedelta(days=days), local.time(), zone)
