"""Declarative conditions over plain facts: `[fact, operator, value]` rows in groups of all or any; nothing is evaluated as code."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation


@dataclass(frozen=True)
class Row:
	"""One comparison of a named fact."""

	fact: str
	operator: str
	value: object = None


@dataclass(frozen=True)
class Condition:
	"""Rows and groups that must hold all, or any of them; an empty `all` always holds."""

	mode: str = "all"
	parts: tuple["Row | Condition", ...] = ()


ALWAYS = Condition()


def _compare(test: Callable[[object, object], bool]) -> Callable[[object, object], bool]:
	def compare(left: object, right: object) -> bool:
		if left is None or right is None:
			return False
		return test(*_alike(left, right))

	return compare


def _alike(left: object, right: object) -> tuple[object, object]:
	"""Both such that they can be compared: as numbers where both are, also where one is written as text, else as texts."""
	one, other = _number(left), _number(right)
	if one is not None and other is not None and not (isinstance(left, str) and isinstance(right, str)):
		return one, other
	same = type(left) is type(right) and not _many(left)
	return (left, right) if same else (_text(left), _text(right))


def _number(value: object) -> Decimal | None:
	if isinstance(value, bool):
		return Decimal(value)  # yes and no are 1 and 0
	if not isinstance(value, int | float | Decimal | str):
		return None
	try:
		number = Decimal(str(value).strip())
	except InvalidOperation:
		return None
	return number if number.is_finite() else None


def _text(value: object) -> str:
	return f"{value:%Y-%m-%d %H:%M:%S}" if isinstance(value, datetime) else str(value)


def _many(value: object) -> bool:
	return isinstance(value, list | tuple | set | frozenset)


def _contains(whole: object, part: object) -> bool:
	if isinstance(whole, list | tuple | set | frozenset):
		return any(_folded(one) == _folded(part) for one in whole)
	return _folded(part) in _folded(whole)


def _folded(value: object) -> str:
	return "" if value is None else _text(value).casefold()


def _among(value: object, choices: object) -> bool:
	several = choices if isinstance(choices, list | tuple | set | frozenset) else (choices,)
	return any(_same(value, one) for one in several)


def _same(left: object, right: object) -> bool:
	return left == right if left is None or right is None else _equal(left, right)


def _equal(left: object, right: object) -> bool:
	one, other = _alike(left, right)
	return one == other


def _between(value: object, ends: object) -> bool:
	if value is None or not isinstance(ends, list | tuple) or len(ends) != 2:
		return False
	if _is_when(value):
		return not _earlier(value, ends[0]) and not _earlier(ends[1], value)
	(low, first), (last, high) = _alike(ends[0], value), _alike(value, ends[1])
	return type(low) is type(first) and type(last) is type(high) and low <= first and last <= high  # type: ignore[operator]


def _earlier(left: object, right: object) -> bool:
	"""Days, moments and times of the day, as exactly as the less exact of the two is known."""
	if left in (None, "") or right in (None, ""):
		return False
	one, other = _when(left), _when(right)
	length = min(len(one), len(other))
	return one[:length] < other[:length]


def _when(value: object) -> str:
	text = _text(value).strip().replace("T", " ")
	return f"0{text}" if re.match(r"\d:", text) else text


def _is_when(value: object) -> bool:
	return isinstance(value, date) or (isinstance(value, str) and bool(WHEN.fullmatch(_when(value))))


WHEN = re.compile(r"\d{4}-\d\d-\d\d( \d\d:\d\d(:\d\d)?)?|\d\d:\d\d(:\d\d)?")
"""A day, a moment or a time of the day as text."""

TODAY = re.compile(r"today(?:\s*([+-])\s*(\d{1,4})(?:\s*days?)?)?", re.IGNORECASE)
"""A day counted from the one on which the condition is looked at, such as `today + 3`."""

OPERATORS: dict[str, Callable[[object, object], bool]] = {
	"=": _same,
	"!=": lambda left, right: not _same(left, right),
	">": _compare(lambda left, right: left > right),  # type: ignore[operator]
	">=": _compare(lambda left, right: left >= right),  # type: ignore[operator]
	"<": _compare(lambda left, right: left < right),  # type: ignore[operator]
	"<=": _compare(lambda left, right: left <= right),  # type: ignore[operator]
	"between": _between,
	"in": _among,
	"not in": lambda left, right: not _among(left, right),
	"contains": _contains,
	"not contains": lambda left, right: not _contains(left, right),
	"starts with": lambda left, right: _folded(left).startswith(_folded(right)),
	"ends with": lambda left, right: _folded(left).endswith(_folded(right)),
	"before": _earlier,
	"after": lambda left, right: _earlier(right, left),
	"is set": lambda left, _: left not in (None, "", (), [], 0, False),
	"is not set": lambda left, _: left in (None, "", (), [], 0, False),
}
ON_DAYS = ("before", "after", "between")
WITHOUT_VALUE = ("is set", "is not set")


def wrong_value(row: Row) -> str | None:
	"""What an operator needs and a row does not give it, in a few words; None when its value is of use."""
	if row.operator in WITHOUT_VALUE:
		return None
	if row.operator == "between":
		fits = isinstance(row.value, list | tuple) and len(row.value) == 2 and not any(map(_many, row.value))
		return None if fits and None not in row.value else "two values, such as [1, 5]"  # type: ignore[operator]
	if row.operator in ("in", "not in"):
		return None if row.value not in (None, "", [], ()) else "one or more values, such as [Monday, Friday]"
	if row.operator in ("before", "after"):
		fits = isinstance(row.value, date) or bool(
			isinstance(row.value, str) and (TODAY.fullmatch(row.value) or _is_when(row.value))
		)
		return None if fits else "a day or a time, such as 2026-11-24, 14:30 or today + 3"
	if _many(row.value) or isinstance(row.value, Mapping):
		return "a single value"
	return None if row.operator in ("=", "!=") or row.value not in (None, "") else "a value"


def _resolved(value: object, today: object) -> object:
	"""A value with days counted from today put in."""
	if isinstance(value, list | tuple):
		return [_resolved(one, today) for one in value]
	match = TODAY.fullmatch(value.strip()) if isinstance(value, str) else None
	if match is None or not isinstance(today, date):
		return value
	days = int(match[2] or 0) * (-1 if match[1] == "-" else 1)
	return today + timedelta(days=days)


def failing_row(condition: Condition, facts: Mapping[str, object]) -> Row | None:
	"""The first row because of which the condition does not hold, or None when it holds.

	Raises KeyError for a fact that is not among `facts`; publishing a chain checks the names.
	"""
	failures = [
		failing_row(part, facts) if isinstance(part, Condition) else _failing(part, facts)
		for part in condition.parts
	]
	if condition.mode == "any":
		return None if None in failures or not failures else failures[0]
	return next((row for row in failures if row is not None), None)


def _failing(row: Row, facts: Mapping[str, object]) -> Row | None:
	found = facts[row.fact]
	counts_days = isinstance(found, date) or row.operator in ON_DAYS
	value = _resolved(row.value, facts.get("today")) if counts_days else row.value
	return None if OPERATORS[row.operator](found, value) else row


def rows_of(condition: Condition) -> tuple[Row, ...]:
	"""Every row of a condition, groups opened."""
	found: list[Row] = []
	for part in condition.parts:
		found.extend(rows_of(part) if isinstance(part, Condition) else (part,))
	return tuple(found)
