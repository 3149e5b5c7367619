"""Who on the waitlist a freed time suits, in which order, until when an offer holds, and why somebody was passed over."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from enum import StrEnum

from .refusal import Refusal
from .timeline import Interval, from_minutes

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
WHOLE_NAMES = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
LEAST = timedelta(minutes=5)
"""An offer that holds for less is no use to anybody."""


class EntryStatus(StrEnum):
	WAITING = "Waiting"
	OFFERED = "Offered"
	BOOKED = "Booked"
	WITHDRAWN = "Withdrawn"
	EXPIRED = "Expired"


class OfferStatus(StrEnum):
	OPEN = "Open"
	TAKEN = "Taken"
	DECLINED = "Declined"
	EXPIRED = "Expired"
	LOST = "Lost"
	WITHDRAWN = "Withdrawn"


class FreedStatus(StrEnum):
	OPEN = "Open"
	OFFERED = "Offered"
	TAKEN = "Taken"
	OVER = "Over"


class Order(StrEnum):
	"""Whether one customer after the other is asked, or all at once and the first who answers has it."""

	IN_ORDER = "In order"
	TO_ALL = "To all"


@dataclass(frozen=True)
class Freed:
	"""Time that came free, UTC minutes, and whose it is; crews with their people."""

	span: Interval
	resources: frozenset[str]


@dataclass(frozen=True)
class Place:
	"""An open place for a service: UTC minutes without buffers, and who would do it."""

	start: int
	end: int
	resources: tuple[str, ...]


@dataclass(frozen=True)
class Waiting:
	"""What a customer on the waitlist would take. No weekdays, times or people means any."""

	name: str
	since: datetime
	service: str
	first_day: date
	last_day: date
	weekdays: frozenset[int] = frozenset()
	earliest: time | None = None
	latest: time | None = None
	people: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Match:
	"""A place that suits somebody, and the moment until which the offer holds."""

	entry: str
	place: Place
	until: datetime


@dataclass(frozen=True)
class Misfit:
	"""Somebody whom the freed time does not suit, and why."""

	entry: str
	why: Refusal


def read_weekdays(text: str | None) -> frozenset[int] | Refusal:
	"""Weekdays as people write them, such as MO,TU; 0 is Monday."""
	words = [word.strip().upper() for word in (text or "").replace(";", ",").split(",") if word.strip()]
	days = [_weekday(word) for word in words]
	if None in days:
		return Refusal("waitlist_weekdays", "weekdays", {"value": text, "known": ", ".join(WEEKDAYS)})
	return frozenset(day for day in days if day is not None)


def read_clock(text: str | None, field: str) -> time | Refusal | None:
	"""A time of day as people write it, such as 9:30; None when there is none."""
	if not text:
		return None
	hour, _, minute = str(text).strip().partition(":")
	try:
		return time(int(hour), int(minute[:2] or 0))
	except ValueError:
		return Refusal("not_a_wall_time", field, {"field": field.capitalize(), "value": text})


def check_wish(
	first_day: date, last_day: date, earliest: time | None, latest: time | None, today: date
) -> Refusal | None:
	"""Whether somebody can wait for this at all."""
	if last_day < first_day:
		return Refusal("waitlist_days", "last_day", {"first": first_day, "last": last_day})
	if last_day < today:
		return Refusal("waitlist_past", "last_day", {"last": last_day})
	if earliest and latest and latest < earliest:
		return Refusal(
			"waitlist_times", "latest", {"earliest": f"{earliest:%H:%M}", "latest": f"{latest:%H:%M}"}
		)
	return None


def match_waiting(
	freed: Freed,
	waiting: Iterable[Waiting],
	places: Mapping[str, Sequence[Place]],
	notices: Mapping[str, timedelta],
	now: datetime,
	holds: timedelta,
	zone: tzinfo,
) -> tuple[tuple[Match, ...], tuple[Misfit, ...]]:
	"""Everybody whom the freed time suits, who has waited longest first, and everybody else with the reason.

	`places`: entry -> open places for its service in and around the freed time; `notices`: service -> how long before the start
	customers can book; `holds`: how long an offer may stand. Weekdays and times of day are those of `zone`.
	"""
	matches: list[Match] = []
	misfits: list[Misfit] = []
	for one in sorted(waiting, key=lambda entry: (entry.since, entry.name)):
		found = _match(freed, one, places.get(one.name, ()), notices[one.service], now, holds, zone)
		if isinstance(found, Match):
			matches.append(found)
		else:
			misfits.append(Misfit(one.name, found))
	return tuple(matches), tuple(misfits)


def offer_until(now: datetime, start: datetime, notice: timedelta, holds: timedelta) -> datetime | None:
	"""Until when an offer stands: never beyond the moment after which the visit can't be booked; None when that is too soon."""
	until = min(now + holds, start - notice)
	return until if until - now >= min(LEAST, holds) else None


def check_answer(status: str, until: datetime, now: datetime) -> Refusal | None:
	"""Whether an offer can still be taken; what has become of it otherwise."""
	if status != OfferStatus.OPEN:
		return Refusal(f"offer_{OfferStatus(status).name.lower()}", "offer")
	return Refusal("offer_expired", "offer") if until <= now else None


def overlaps(one: Place, other: Place) -> bool:
	"""Whether two places can't both be booked."""
	together = one.start < other.end and other.start < one.end
	return together and not set(one.resources).isdisjoint(other.resources)


def _weekday(word: str) -> int | None:
	return next(
		(day for day, name in enumerate(WHOLE_NAMES) if len(word) > 1 and name.startswith(word)), None
	)


def _match(
	freed: Freed,
	waiting: Waiting,
	places: Sequence[Place],
	notice: timedelta,
	now: datetime,
	holds: timedelta,
	zone: tzinfo,
) -> Match | Refusal:
	"""The place nearest to the start of the freed time that suits, else why the nearest of all does not."""
	why: Refusal | None = None
	for place in sorted(places, key=lambda place: (abs(place.start - freed.span[0]), place.start)):
		until = offer_until(now, from_minutes(place.start), notice, holds)
		wrong = _suits(freed, waiting, place, zone) or (None if until else Refusal("waitlist_too_soon"))
		if until and wrong is None:
			return Match(waiting.name, place, until)
		why = why or wrong
	return why or Refusal("waitlist_no_room")


def _suits(freed: Freed, waiting: Waiting, place: Place, zone: tzinfo) -> Refusal | None:
	start = from_minutes(place.start).astimezone(zone)
	if freed.resources.isdisjoint(place.resources):
		return Refusal("waitlist_no_room")
	if not waiting.first_day <= start.date() <= waiting.last_day:
		return Refusal("waitlist_other_days")
	if waiting.weekdays and start.weekday() not in waiting.weekdays:
		return Refusal("waitlist_other_weekdays")
	clock = start.time().replace(tzinfo=None)
	if (waiting.earliest and clock < waiting.earliest) or (waiting.latest and clock > waiting.latest):
		return Refusal("waitlist_other_time")
	if waiting.people and waiting.people.isdisjoint(place.resources):
		return Refusal("waitlist_other_people")
	return None
