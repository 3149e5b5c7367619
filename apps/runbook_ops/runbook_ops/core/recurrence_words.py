"""Rules of recurrence in words, such as `Every second Tuesday of the month, 10:00`."""

from collections.abc import Callable, Iterable
from datetime import date, time

from .recurrence import Rule

Translate = Callable[[str], str]
"""An English phrase, or a template with places in braces, to the reader's language."""

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
	"January",
	"February",
	"March",
	"April",
	"May",
	"June",
	"July",
	"August",
	"September",
	"October",
	"November",
	"December",
)
ORDINALS = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last but one"}
EVERY = {
	"DAILY": ("Every day", "Every {number} days"),
	"WEEKLY": ("Every week", "Every {number} weeks"),
	"MONTHLY": ("Every month", "Every {number} months"),
	"YEARLY": ("Every year", "Every {number} years"),
}


def describe(rule: Rule, wall: time, say: Translate = str) -> str:
	"""The rule in one line with its time of day and its end."""
	parts = [_rhythm(rule, say), f"{wall:%H:%M}"]
	if rule.until is not None:
		parts.append(say("until {day}").format(day=tell_day(rule.until, say)))
	if rule.count is not None:
		many = "{number} visits" if rule.count > 1 else "{number} visit"
		parts.append(say(many).format(number=rule.count))
	return ", ".join(parts)


def tell_day(day: date, say: Translate = str) -> str:
	"""A date such as `30 June 2027`."""
	return say("{day} {month} {year}").format(day=day.day, month=say(MONTHS[day.month - 1]), year=day.year)


def _rhythm(rule: Rule, say: Translate) -> str:
	if rule.year_days or rule.weeks or (rule.positions and not _is_last_resort(rule)) or not _tellable(rule):
		return say("By the rule {rule}").format(rule=rule.text)
	base = _every(rule, say)
	if rule.freq == "MONTHLY" and rule.interval == 1 and _only_ordinals(rule):
		return say("Every {days} of the month").format(days=_which(rule, say))
	return f"{base}{_on(rule, say)}{_in_months(rule, say)}"


def _only_ordinals(rule: Rule) -> bool:
	return (
		bool(rule.weekdays) and all(n for n, _ in rule.weekdays) and not rule.month_days and not rule.months
	)


def _every(rule: Rule, say: Translate) -> str:
	one, many = EVERY[rule.freq]
	return say(one) if rule.interval == 1 else say(many).format(number=rule.interval)


def _on(rule: Rule, say: Translate) -> str:
	"""` on Monday and Thursday`, ` on the second Tuesday`, ` on day 15`, ` on 4 July`."""
	if rule.month_days and rule.freq == "YEARLY" and len(rule.months) == 1:
		month = say(MONTHS[rule.months[0] - 1])
		days = [str(day) for day in _days(rule)]
		text = say("{days} {month}").format(days=_list(days, say), month=month)
		return say(" on {days}").format(days=text) + _or_last(rule, say)
	parts = []
	if rule.weekdays:
		ordinal = any(n for n, _ in rule.weekdays)
		parts.append(say("the {days}").format(days=_which(rule, say)) if ordinal else _which(rule, say))
	if rule.month_days:
		parts.append(_month_days(rule, say))
	return say(" on {days}").format(days=say(" if it is ").join(parts)) + _or_last(rule, say) if parts else ""


def _which(rule: Rule, say: Translate) -> str:
	names = [
		say("{nth} {weekday}").format(nth=say(ORDINALS[n]), weekday=say(WEEKDAYS[day]))
		if n
		else say(WEEKDAYS[day])
		for n, day in rule.weekdays
	]
	return _list(names, say)


def _month_days(rule: Rule, say: Translate) -> str:
	days = _days(rule)
	plain = [str(day) for day in days if day > 0]
	told = [say("day {days}").format(days=_list(plain, say))] if plain else []
	told += [
		say("the last day") if day == -1 else say("day {days} from the end").format(days=-day)
		for day in days
		if day < 0
	]
	return _list(told, say)


def _days(rule: Rule) -> tuple[int, ...]:
	return rule.month_days[-1:] if _is_last_resort(rule) else rule.month_days


def _or_last(rule: Rule, say: Translate) -> str:
	return say(" or the last day") if _is_last_resort(rule) else ""


def _is_last_resort(rule: Rule) -> bool:
	"""Whether it is the rule of a day that short months lack: 28, 29, 30, 31, of these the last."""
	days = rule.month_days
	return rule.positions == (-1,) and not rule.weekdays and days == tuple(range(28, 28 + len(days)))


def _in_months(rule: Rule, say: Translate) -> str:
	if not rule.months or (rule.freq == "YEARLY" and rule.month_days and len(rule.months) == 1):
		return ""
	return say(" in {months}").format(months=_list((say(MONTHS[month - 1]) for month in rule.months), say))


def _tellable(rule: Rule) -> bool:
	"""Whether the words below say all that the rule says."""
	if any(n and n not in ORDINALS for n, _ in rule.weekdays):
		return False
	if rule.freq == "YEARLY":
		return bool(rule.months) or not (rule.weekdays or rule.month_days)
	return True


def _list(names: Iterable[str], say: Translate) -> str:
	*most, last = names
	return say("{names} and {last}").format(names=", ".join(most), last=last) if most else last
