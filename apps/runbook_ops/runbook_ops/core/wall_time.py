"""Wall-clock times to moments, right on the days when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

EPOCH_DAY = date(1970, 1, 1).toordinal()
DAY_MINUTES = 24 * 60


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


def minute_at(day: date, wall: time, zone: tzinfo, last: bool = False) -> int:
	"""The same as `moment_at` in whole minutes since 1970 UTC, quick where no clock changes that day."""
	offset = _offset_all_day(day, zone)
	if offset is None:
		return int(moment_at(day, wall, zone, last).timestamp()) // 60
	return (day.toordinal() - EPOCH_DAY) * DAY_MINUTES + wall.hour * 60 + wall.minute - offset


def days_later(moment: datetime, days: int, zone: tzinfo) -> datetime:
	"""The UTC moment at which clocks in `zone` show the same time, `days` calendar days later."""
	local = moment.astimezone(zone)
	return moment_at(local.date() + timedelta(days=days), local.time(), zone)


@lru_cache(maxsize=4096)
def changes_on(day: date, zone: tzinfo) -> bool:
	"""Whether a clock in `zone` is put forward or back on that day, or at either end of it."""
	return _offset_all_day(day, zone) is None


@lru_cache(maxsize=4096)
def _offset_all_day(day: date, zone: tzinfo) -> int | None:
	"""Minutes east of UTC when that is the same the whole day and at both its ends, else None."""
	begin = datetime.combine(day, time(0), zone)
	end = datetime.combine(day + timedelta(days=1), time(0), zone)
	offsets = {moment.replace(fold=fold).utcoffset() for moment in (begin, end) for fold in (0, 1)}
	if len(offsets) > 1:
		return None
	offset = offsets.pop() or timedelta(0)
	whole, rest = divmod(offset, timedelta(minutes=1))
	return None if rest else whole
