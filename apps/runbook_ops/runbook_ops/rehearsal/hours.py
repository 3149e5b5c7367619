"""Hours as business.yaml writes them: of a resource, of the business, and those in which customers are left alone."""

from collections.abc import Mapping
from datetime import date
from zoneinfo import ZoneInfo

from ..core.chains.office_time import Quiet, parse_quiet_hours
from ..core.hours import WEEKDAYS, Schedule, Shift
from .reading import Fields, read_time


def read_opening(top: Fields, zone: ZoneInfo, holidays: frozenset[date]) -> Schedule | None:
	"""When the business is open; None when the file does not say."""
	shifts = read_shifts(top, "opening_hours")
	return Schedule(zone, shifts, closed=holidays) if shifts else None


def read_quiet(top: Fields, zone: ZoneInfo) -> Quiet:
	"""When customers are left alone: `quiet_hours: 21:00-07:30`, never without it."""
	text = top.text("quiet_hours")
	hours = parse_quiet_hours(text)
	if text and hours is None:
		top.problem("quiet_hours", f"{text} is not a stretch of time. Write it as 21:00-07:30.")
	return Quiet(hours, zone)


def read_shifts(row: Fields, key: str = "hours") -> tuple[Shift, ...]:
	"""Weekly hours such as `Monday-Friday: 08:00-17:00`, several stretches as a list."""
	data = row.value(key)
	if data is None:
		return ()
	if not isinstance(data, Mapping):
		row.problem(key, "it must name days with hours. Write Monday-Friday: 08:00-17:00.")
		return ()
	shifts: list[Shift] = []
	for days, spans in data.items():
		weekdays = _weekdays(str(days))
		if not weekdays:
			row.problem(f"{key}.{days}", "is not a day. Write Monday, or Monday-Friday.")
		for span in spans if isinstance(spans, list) else [spans]:
			begin, _, end = str(span).partition("-")
			opens, closes = read_time(begin), read_time(end)
			if opens is None or closes is None:
				row.problem(f"{key}.{days}", f"{span} is not a stretch of time. Write it as 08:00-17:00.")
			else:
				shifts += [Shift(day, opens, closes) for day in weekdays]
	return tuple(shifts)


def _weekdays(text: str) -> list[int]:
	first, _, last = text.partition("-")
	if first not in WEEKDAYS or (last and last not in WEEKDAYS):
		return []
	start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
	return [day % 7 for day in range(start, end + 1 if end >= start else end + 8)]
