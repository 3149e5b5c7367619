"""When timed triggers come up: a time counted from a record's date, and a time of the day that comes again by a rule."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from ..recurrence import Rule, days_of
from ..wall_time import moment_at
from .spec import TriggerDetails

USUAL_TIME = time(9)
"""When a day counts from, where the trigger names no time and the field holds no more than a day."""

USUAL_FIRST_DAY = date(2024, 1, 1)
"""The Monday that a rule's intervals are counted from, where the trigger names no first day."""

AROUND_CHANGE = timedelta(hours=3)
ONE_DAY = timedelta(days=1)


def moment_from(value: date, details: TriggerDetails, zone: tzinfo) -> datetime:
	"""The UTC moment that a record's date leads to: a day, or an aware moment where the field holds one.

	With a time of the day it is that wall time of the day that the offset leads to, else the moment and the offset.
	"""
	if isinstance(value, datetime) and details.at is None:
		return (value + details.offset).astimezone(UTC)
	day = value.astimezone(zone).date() if isinstance(value, datetime) else value
	return moment_at(day + timedelta(days=details.offset.days), details.at or USUAL_TIME, zone)


def days_due(details: TriggerDetails, since: datetime, now: datetime, zone: tzinfo) -> tuple[date, ...]:
	"""The days that a record's date must hold for its moment to lie in (since, now]; most often there are none."""
	wall = details.at or USUAL_TIME
	found = []
	day = since.astimezone(zone).date() - ONE_DAY
	while day <= now.astimezone(zone).date() + ONE_DAY:
		if since < moment_at(day, wall, zone) <= now:
			found.append(day - timedelta(days=details.offset.days))
		day += ONE_DAY
	return tuple(found)


def span_due(
	details: TriggerDetails, since: datetime, now: datetime, zone: tzinfo
) -> tuple[datetime, datetime]:
	"""The naive times in `zone` after the first and up to the second that a record's moment must lie at.

	Around a change of the clocks the span is wider, so each moment found has to be looked at again with `moment_from`.
	"""
	first, last = since - details.offset, now - details.offset
	before, after = (first - AROUND_CHANGE).astimezone(zone), (last + AROUND_CHANGE).astimezone(zone)
	if before.utcoffset() == after.utcoffset():
		before, after = first.astimezone(zone), last.astimezone(zone)
	return before.replace(tzinfo=None), after.replace(tzinfo=None)


def times_after(details: TriggerDetails, moment: datetime, zone: tzinfo) -> Iterator[datetime]:
	"""The UTC moments at which a recurring trigger comes up after a moment, in order."""
	rule, wall = details.rule or Rule("DAILY"), details.at or USUAL_TIME
	first = moment.astimezone(zone).date() - ONE_DAY
	for day in days_of(rule, details.starts_on or USUAL_FIRST_DAY):
		if day >= first and (found := moment_at(day, wall, zone)) > moment:
			yield found


def is_change(details: TriggerDetails, before: object, after: object) -> bool:
	"""Whether a field's change from one value to another is the one that a trigger waits for."""
	old, new = as_text(before), as_text(after)
	if old == new:
		return False
	return details.from_value in ("", old) and details.to_value in ("", new)


def as_text(value: object) -> str:
	"""A field's value such that equal ones are equal texts: nothing is empty, 1.0 is 1, yes and no are 1 and 0."""
	if value is None:
		return ""
	if isinstance(value, (bool, int, float)):
		return f"{float(value):.9f}".rstrip("0").rstrip(".")
	return str(value)
