"""When a business is open and when a customer is left alone: moments counted in, moved into, and kept out of such hours."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo

from ..hours import ONE_DAY, Hours, Schedule
from ..timeline import from_minutes, merge
from ..wall_time import moment_at

Span = tuple[datetime, datetime]

WEEKS_AT_ONCE = timedelta(days=13)
CHUNKS = 30
"""A bit more than a year: a business that does not open within it counts as always open."""


@dataclass(frozen=True)
class Quiet:
	"""When customers are left alone, in wall time; `hours` None is never. `zone` counts where the customer's own is not known."""

	hours: Hours | None
	zone: tzinfo

	def lasts_until(self, moment: datetime, zone: str | None = None) -> datetime | None:
		"""The UTC moment at which the quiet hours that `moment` lies in end, None when it lies in none.

		Of an end that the clock shows twice the last counts, of a beginning the first.
		"""
		return quiet_until(moment, self.hours, _zone(zone) or self.zone) if self.hours else None


def quiet_until(moment: datetime, hours: Hours, zone: tzinfo) -> datetime | None:
	"""When the stretch of `hours` that holds `moment` ends in `zone`, or None outside of them."""
	begin, end = hours
	today = moment.astimezone(zone).date()
	for day in (today - ONE_DAY, today):
		last_day = day if end > begin else day + ONE_DAY
		until = moment_at(last_day, end, zone, last=True)
		if moment_at(day, begin, zone) <= moment < until:
			return until
	return None


def into_opening(due: datetime, anchor: datetime, opening: Schedule) -> datetime:
	"""`due`, or the next opening when the business is closed then.

	What is due before its anchor stays before it: when the next opening comes later, it is the end of the hours before.
	"""
	ahead = next(_ahead(opening, due), None)
	if ahead is None or ahead[0] <= due:
		return due
	if due < anchor < ahead[0]:
		before = next(_back(opening, due), None)
		return before[1] if before else due
	return ahead[0]


def add_open_time(moment: datetime, offset: timedelta, opening: Schedule) -> datetime:
	"""The moment at which so much opening time has passed since `moment`, or will pass until it when negative.

	Nothing at all is the moment itself, or the next opening.
	"""
	left = abs(offset)
	if offset < timedelta(0):
		for start, end in _back(opening, moment):
			if left <= end - start:
				return end - left
			left -= end - start
	else:
		for start, end in _ahead(opening, moment):
			if left <= end - start:
				return start + left
			left -= end - start
	return moment + offset


def add_open_days(day: date, days: int, opening: Schedule) -> date:
	"""The day that many days of business later, or earlier; with 0 the day itself, or the next one of business."""
	step = -ONE_DAY if days < 0 else ONE_DAY
	left, found = abs(days), day
	for _ in range(CHUNKS * 14 + left * 14):
		if opening.hours_on(found) and (left == 0 or found != day):
			left -= 1 if found != day else 0
			if left <= 0:
				return found
		found += step
	return day + days * ONE_DAY


def _ahead(opening: Schedule, moment: datetime) -> Iterator[Span]:
	"""The opening hours that end after `moment`, in order; none comes twice."""
	first, known = moment.astimezone(opening.zone).date() - ONE_DAY, moment
	for _ in range(CHUNKS):
		for start, end in _spans(opening, first):
			if end > known:
				yield max(start, known), end
				known = end
		first += WEEKS_AT_ONCE + ONE_DAY


def _back(opening: Schedule, moment: datetime) -> Iterator[Span]:
	"""The opening hours that begin before `moment`, the latest first."""
	last, known = moment.astimezone(opening.zone).date() + ONE_DAY, moment
	for _ in range(CHUNKS):
		for start, end in reversed(_spans(opening, last - WEEKS_AT_ONCE)):
			if start < known:
				yield start, min(end, known)
				known = start
		last -= WEEKS_AT_ONCE + ONE_DAY


def _spans(opening: Schedule, first: date) -> list[Span]:
	days = opening.days(first, first + WEEKS_AT_ONCE)
	merged = merge(span for spans in days for span in spans)
	return [(from_minutes(start).astimezone(UTC), from_minutes(end).astimezone(UTC)) for start, end in merged]


def _zone(name: str | None) -> ZoneInfo | None:
	try:
		return ZoneInfo(name) if name else None
	except (OSError, ValueError, KeyError):  # a name that no zone has
		return None


def parse_quiet_hours(text: str) -> Hours | None:
	"""Quiet hours such as `21:00-08:00`; None when the text is something else or lasts no time."""
	begin, dash, end = text.replace(" ", "").partition("-")
	try:
		hours = time.fromisoformat(begin), time.fromisoformat(end)
	except ValueError:
		return None
	return hours if dash and hours[0] != hours[1] and not (hours[0].tzinfo or hours[1].tzinfo) else None


def quiet_hours_text(hours: Hours) -> str:
	"""The text that `parse_quiet_hours` reads."""
	return f"{hours[0]:%H:%M}-{hours[1]:%H:%M}"
