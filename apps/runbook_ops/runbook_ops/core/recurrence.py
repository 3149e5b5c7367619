"""Rules of recurrence (RFC 5545): what may be written, and the days on which a rule falls; dateutil works them out."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import takewhile
from typing import Literal

from dateutil import rrule as dateutil_rules

from .refusal import Refusal
from .wall_time import moment_at

WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
	"DAILY": dateutil_rules.DAILY,
	"WEEKLY": dateutil_rules.WEEKLY,
	"MONTHLY": dateutil_rules.MONTHLY,
	"YEARLY": dateutil_rules.YEARLY,
}
MOST_VISITS = 10_000
LONGEST_INTERVAL = 400
LONGEST_TEXT = 500
FIRST_YEAR, LAST_YEAR = 1970, 2399
CYCLE = 400
"""Years after which the calendar repeats: 146,097 days, a whole number of weeks."""

LOOKED_AHEAD = 60
"""Years that a rule is looked at for, at the least, before it counts as falling on no day any more."""

DayOfWeek = tuple[int, int]
"""Which of the month or year (0: every, -1: the last), and the weekday, 0 for Monday."""


@dataclass(frozen=True)
class Rule:
	"""A rule that a plan can follow: one day at a time, `until` is the last day it may fall on."""

	freq: str
	interval: int = 1
	weekdays: tuple[DayOfWeek, ...] = ()
	month_days: tuple[int, ...] = ()
	months: tuple[int, ...] = ()
	year_days: tuple[int, ...] = ()
	weeks: tuple[int, ...] = ()
	positions: tuple[int, ...] = ()
	week_start: int = 0
	count: int | None = None
	until: date | None = None

	@property
	def text(self) -> str:
		"""The rule as RFC 5545 writes it."""
		parts = [f"FREQ={self.freq}"]
		if self.interval != 1:
			parts.append(f"INTERVAL={self.interval}")
		if self.weekdays:
			parts.append("BYDAY=" + ",".join(f"{n or ''}{WEEKDAY_CODES[day]}" for n, day in self.weekdays))
		for name, numbers in (
			("BYMONTHDAY", self.month_days),
			("BYMONTH", self.months),
			("BYYEARDAY", self.year_days),
			("BYWEEKNO", self.weeks),
			("BYSETPOS", self.positions),
		):
			if numbers:
				parts.append(f"{name}={','.join(map(str, numbers))}")
		if self.week_start:
			parts.append(f"WKST={WEEKDAY_CODES[self.week_start]}")
		if self.count is not None:
			parts.append(f"COUNT={self.count}")
		if self.until is not None:
			parts.append(f"UNTIL={self.until:%Y%m%d}")
		return ";".join(parts)


def days_of(rule: Rule, first_day: date) -> Iterator[date]:
	"""The days of a rule from a plan's first day on, in order; a count starts there, and the first day is one of them
	only when the rule falls on it.

	dateutil searches until the year 9999 for a day that may not exist. The calendar repeats every 400 years, so the rule
	is worked out where that limit is near.
	"""
	shift = (date.max.year - LOOKED_AHEAD - first_day.year) // CYCLE * CYCLE
	found = dateutil_rules.rrule(
		FREQUENCIES[rule.freq],
		dtstart=datetime.combine(first_day.replace(year=first_day.year + shift), time(0)),
		interval=rule.interval,
		wkst=rule.week_start,
		count=rule.count,
		bysetpos=rule.positions or None,
		bymonth=rule.months or None,
		bymonthday=rule.month_days or None,
		byyearday=rule.year_days or None,
		byweekno=rule.weeks or None,
		byweekday=[dateutil_rules.weekday(day, n or None) for n, day in rule.weekdays] or None,
	)
	days = (date(day.year - shift, day.month, day.day) for day in found)
	last = rule.until
	return days if last is None else takewhile(lambda day: day <= last, days)


def days_before(rule: Rule, first_day: date, day: date) -> tuple[date, ...]:
	"""The rule's days before a day."""
	return tuple(takewhile(lambda found: found < day, days_of(rule, first_day)))


def falls_on(rule: Rule, first_day: date, day: date) -> bool:
	"""Whether a day is one of the rule's."""
	return next((found for found in days_of(rule, first_day) if found >= day), None) == day


def check_first_day(rule: Rule, first_day: date) -> Refusal | None:
	"""Whether the rule falls on any day from the first on."""
	if not FIRST_YEAR <= first_day.year <= LAST_YEAR:
		values = {"day": first_day, "first": FIRST_YEAR, "last": LAST_YEAR}
		return Refusal("plan_first_day", "starts_on", values)
	if rule.until is not None and rule.until < first_day:
		return Refusal("plan_ends_before_start", "ends_on", {"last": rule.until, "first": first_day})
	if next(days_of(rule, first_day), None) is None:
		return Refusal("plan_falls_never", "rrule", {"rule": rule.text})
	return None


# -- reading a rule that was written by hand


def parse_rule(text: str, wall: time, zone: tzinfo) -> Rule | Refusal:
	"""A rule written by hand; its UNTIL is read in the plan's time of day and zone.

	Refused is what a plan can't follow: several visits a day, lists of dates, an own start, parts that contradict each other.
	"""
	parts = _split(text)
	if isinstance(parts, Refusal):
		return parts
	if "FREQ" not in parts:
		return _wrong("plan_rule_no_freq", known=", ".join(FREQUENCIES))
	values: dict[str, object] = {}
	for name, value in parts.items():
		read = _read(name, value, wall, zone)
		if isinstance(read, Refusal):
			return read
		if name != "FREQ":
			values[FIELDS[name]] = read
	rule = Rule(freq=parts["FREQ"], **values)  # type: ignore[arg-type]
	return _contradiction(rule) or rule


FIELDS = {
	"INTERVAL": "interval",
	"BYDAY": "weekdays",
	"BYMONTHDAY": "month_days",
	"BYMONTH": "months",
	"BYYEARDAY": "year_days",
	"BYWEEKNO": "weeks",
	"BYSETPOS": "positions",
	"WKST": "week_start",
	"COUNT": "count",
	"UNTIL": "until",
}
TIME_PARTS = ("BYHOUR", "BYMINUTE", "BYSECOND")
OTHER_LINES = ("RDATE", "EXDATE", "EXRULE", "DTSTART", "DTEND", "DURATION")
LISTS = {"BYMONTHDAY": 31, "BYMONTH": 12, "BYYEARDAY": 366, "BYWEEKNO": 53, "BYSETPOS": 366}
"""The parts that are lists of numbers, and how far these go; but for months they may count from the end."""


def _split(text: str) -> dict[str, str] | Refusal:
	written = text.strip().upper()
	if not written:
		return _wrong("plan_rule_empty")
	if len(written) > LONGEST_TEXT:
		return _wrong("plan_rule_long", most=LONGEST_TEXT)
	for name in OTHER_LINES:
		if re.search(rf"(^|\s){name}\b", written):
			return _wrong("plan_rule_other_line", name=name)
	written = written.removeprefix("RRULE:").removesuffix(";")
	if not re.fullmatch(r"[A-Z0-9=,;:+\-]+", written):
		return _wrong("plan_rule_unreadable", text=text.strip()[:60])
	parts: dict[str, str] = {}
	for part in written.split(";"):
		name, equals, value = part.partition("=")
		refusal = _bad_part(name, bool(equals and value), part, parts)
		if refusal:
			return refusal
		parts[name] = value
	return parts


def _bad_part(name: str, complete: bool, part: str, known: dict[str, str]) -> Refusal | None:
	if not complete:
		return _wrong("plan_rule_unreadable", text=part or ";;")
	if name in TIME_PARTS:
		return _wrong("plan_rule_time", name=name)
	if name != "FREQ" and name not in FIELDS:
		return _wrong("plan_rule_unknown_part", name=name, known=", ".join(("FREQ", *FIELDS)))
	return _wrong("plan_rule_twice", name=name) if name in known else None


def _read(name: str, value: str, wall: time, zone: tzinfo) -> object:
	"""A part's value, or the refusal of it."""
	if name in LISTS:
		return _numbers(name, value)
	read: dict[str, Callable[[], object]] = {
		"FREQ": lambda: value if value in FREQUENCIES else _unknown_frequency(value),
		"INTERVAL": lambda: _number("INTERVAL", value, LONGEST_INTERVAL),
		"COUNT": lambda: _number("COUNT", value, MOST_VISITS),
		"WKST": lambda: _weekday(value),
		"BYDAY": lambda: _weekdays(value),
		"UNTIL": lambda: _until(value, wall, zone),
	}
	return read[name]()


def _unknown_frequency(value: str) -> Refusal:
	if value in ("SECONDLY", "MINUTELY", "HOURLY"):
		return _wrong("plan_rule_too_often", freq=value, known=", ".join(FREQUENCIES))
	return _wrong("plan_rule_frequency", freq=value, known=", ".join(FREQUENCIES))


def _number(name: str, value: str, most: int) -> int | Refusal:
	if not re.fullmatch(r"[0-9]{1,9}", value) or not 1 <= int(value) <= most:
		return _wrong("plan_rule_number", name=name, value=value, first=1, last=most)
	return int(value)


def _numbers(name: str, value: str) -> tuple[int, ...] | Refusal:
	most = LISTS[name]
	sign = "" if name == "BYMONTH" else r"[+-]?"
	found: dict[int, None] = {}
	for each in value.split(","):
		if not re.fullmatch(rf"{sign}[0-9]{{1,3}}", each) or not 1 <= abs(int(each)) <= most:
			first = 1 if name == "BYMONTH" else -most
			return _wrong("plan_rule_number", name=name, value=each, first=first, last=most)
		found[int(each)] = None
	return tuple(found)


def _weekday(value: str) -> int | Refusal:
	if value not in WEEKDAY_CODES:
		return _wrong("plan_rule_weekday", value=value, known=", ".join(WEEKDAY_CODES))
	return WEEKDAY_CODES.index(value)


def _weekdays(value: str) -> tuple[DayOfWeek, ...] | Refusal:
	found: dict[DayOfWeek, None] = {}
	for each in value.split(","):
		match = re.fullmatch(r"([+-]?[0-9]{1,2})?([A-Z]{2})", each)
		if not match or match[2] not in WEEKDAY_CODES or (match[1] and not 1 <= abs(int(match[1])) <= 53):
			return _wrong("plan_rule_weekday", value=each, known=", ".join(WEEKDAY_CODES))
		found[int(match[1] or 0), WEEKDAY_CODES.index(match[2])] = None
	return tuple(found)


def _until(value: str, wall: time, zone: tzinfo) -> date | Refusal:
	"""The last day whose visit starts no later than the moment: a date, a time in the plan's zone, or one in UTC (Z)."""
	match = re.fullmatch(r"([0-9]{8})(?:T([0-9]{6})(Z?))?", value)
	try:
		day = datetime.strptime(match[1], "%Y%m%d").replace(tzinfo=UTC).date() if match else None
		clock = (
			datetime.strptime(match[2], "%H%M%S").replace(tzinfo=UTC).time() if match and match[2] else None
		)
	except ValueError:
		day = None
	if match is None or day is None:
		return _wrong("plan_rule_until", value=value)
	if clock is None or day.year in (date.min.year, date.max.year):
		return day
	end = datetime.combine(day, clock, UTC) if match[3] else moment_at(day, clock, zone, last=True)
	last = end.astimezone(zone).date()
	return last if moment_at(last, wall, zone) <= end else last - timedelta(days=1)


def _contradiction(rule: Rule) -> Refusal | None:
	if rule.count is not None and rule.until is not None:
		return _wrong("plan_rule_two_ends")
	if rule.positions and not (
		rule.weekdays or rule.month_days or rule.months or rule.year_days or rule.weeks
	):
		return _wrong("plan_rule_position")
	for name, given, allowed in (
		("BYMONTHDAY", rule.month_days, ("DAILY", "MONTHLY", "YEARLY")),
		("BYYEARDAY", rule.year_days, ("YEARLY",)),
		("BYWEEKNO", rule.weeks, ("YEARLY",)),
	):
		if given and rule.freq not in allowed:
			return _wrong("plan_rule_part_with", name=name, freq=rule.freq, allowed=", ".join(allowed))
	return _bad_ordinal(rule)


def _bad_ordinal(rule: Rule) -> Refusal | None:
	"""Which of its weekdays a month or a year has: a week and a day have one of each."""
	ordinals = [(n, day) for n, day in rule.weekdays if n]
	if not ordinals:
		return None
	n, day = max(ordinals, key=lambda pair: abs(pair[0]))
	written = f"{n}{WEEKDAY_CODES[day]}"
	if rule.freq not in ("MONTHLY", "YEARLY") or rule.weeks:
		return _wrong("plan_rule_ordinal", value=written, freq="BYWEEKNO" if rule.weeks else rule.freq)
	if abs(n) > 5 and (rule.freq == "MONTHLY" or rule.months):
		return _wrong("plan_rule_ordinal_far", value=written)
	return None


def _wrong(code: str, **values: object) -> Refusal:
	return Refusal(code, "rrule", values)
