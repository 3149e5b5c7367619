"""What the bookings show that no file says: how long services take, when people work, what they can do."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from statistics import median_low

from ..hours import Shift
from .salon_rows import BookingRow, ServiceRow

GRAIN = timedelta(minutes=5)
SHORTEST = timedelta(minutes=10)
LONGEST = timedelta(hours=4)
"""A longer gap to the next booking is a free afternoon, not a service."""
USUAL = timedelta(minutes=60)
"""For a service of which nothing is known, nor of its category."""
ENOUGH_FOR_MODE = 10
ENOUGH_FOR_MEDIAN = 2
WORKED_DAYS = 2
"""A weekday belongs to somebody's week when they had bookings on so many different dates."""
SKILLED_BOOKINGS = 5
SKILLED_SHARE = 10
"""One in so many of their own bookings shows a skill too, for people with few bookings."""


def starts_on(booking: BookingRow) -> datetime:
	"""The booking's start as naive wall time, for arithmetic within one day."""
	return datetime.combine(booking.key.day, booking.at)


def next_starts(bookings: Iterable[BookingRow]) -> dict[int, datetime]:
	"""The same person's next start on the same day (wall time), by row; the day's last booking has none."""
	by_day: defaultdict[tuple[str, object], list[BookingRow]] = defaultdict(list)
	for booking in bookings:
		by_day[booking.key.staff, booking.key.day].append(booking)
	following: dict[int, datetime] = {}
	for day in by_day.values():
		day.sort(key=starts_on)
		for index, booking in enumerate(day):
			later = (starts_on(other) for other in day[index + 1 :] if starts_on(other) > starts_on(booking))
			start = next(later, None)
			if start is not None:
				following[booking.row] = start
	return following


def durations(services: Sequence[ServiceRow], bookings: Sequence[BookingRow]) -> Mapping[str, timedelta]:
	"""How long each service takes, by code.

	The files name no durations. Times are booked back to back, so the gap to the same person's next booking that comes
	up most often is the length the salon books; the mean and the median have idle time in them. With fewer than 10 gaps it
	is their lower median, with fewer than 2 the lower median of the category's services.
	"""
	gaps: defaultdict[str, list[timedelta]] = defaultdict(list)
	following = next_starts(bookings)
	for booking in bookings:
		if booking.row in following:
			gap = following[booking.row] - starts_on(booking)
			if SHORTEST <= gap <= LONGEST:
				gaps[booking.key.service].append(gap)
	shown = {code: length for code, found in gaps.items() if (length := _usual_gap(found)) is not None}
	by_category: defaultdict[str, list[timedelta]] = defaultdict(list)
	for service in services:
		if service.code in shown:
			by_category[service.category].append(shown[service.code])
	fallback = {category: median_low(lengths) for category, lengths in by_category.items()}
	return {
		service.code: shown.get(service.code, fallback.get(service.category, USUAL)) for service in services
	}


def _usual_gap(gaps: list[timedelta]) -> timedelta | None:
	if len(gaps) < ENOUGH_FOR_MEDIAN:
		return None
	if len(gaps) < ENOUGH_FOR_MODE:
		length = median_low(gaps)
	else:
		counted = Counter(gaps)
		length = min(counted, key=lambda gap: (-counted[gap], gap))
	return max(SHORTEST, GRAIN * round(length / GRAIN))


def weekly_hours(bookings: Iterable[BookingRow], lengths: Mapping[str, timedelta]) -> tuple[Shift, ...]:
	"""One person's week: on each weekday from the earliest start to the latest end that the bookings show."""
	days: defaultdict[int, set[object]] = defaultdict(set)
	starts: defaultdict[int, list[time]] = defaultdict(list)
	ends: defaultdict[int, list[time]] = defaultdict(list)
	for booking in bookings:
		weekday = booking.key.day.weekday()
		end = starts_on(booking) + lengths[booking.key.service]
		days[weekday].add(booking.key.day)
		starts[weekday].append(booking.at)
		ends[weekday].append(end.time() if end.date() == booking.key.day else time(23, 59))
	return tuple(
		Shift(weekday, min(starts[weekday]), max(ends[weekday]))
		for weekday in sorted(days)
		if len(days[weekday]) >= WORKED_DAYS
	)


def shown_skills(bookings: Sequence[BookingRow], skill_of: Mapping[str, str | None]) -> tuple[str, ...]:
	"""The skills that one person's bookings show; `skill_of` gives each service's, None for one that needs none."""
	counted = Counter(skill for booking in bookings if (skill := skill_of[booking.key.service]))
	return tuple(
		sorted(
			skill
			for skill, count in counted.items()
			if count >= SKILLED_BOOKINGS or count * SKILLED_SHARE >= len(bookings)
		)
	)
