"""Declarative conditions over plain facts: `[fact, operator, value]` rows in groups of all or any; nothing is evaluated as code."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal


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
	numbers = (int, float, Decimal)
	if isinstance(left, numbers) and isinstance(right, numbers):
		return Decimal(str(left + 0)), Decimal(str(right + 0))  # yes and no are 1 and 0
	return (left, right) if type(left) is type(right) else (str(left), str(right))


def _contains(whole: object, part: object) -> bool:
	if isinstance(whole, (list, tuple, set, frozenset)):
		return part in whole
	return str(part).casefold() in str(whole or "").casefold()


def _among(value: object, choices: object) -> bool:
	return value in choices if isinstance(choices, (list, tuple, set, frozenset)) else value == choices


OPERATORS: dict[str, Callable[[object, object], bool]] = {
	"=": lambda left, right: left == right if left is None or right is None else _equal(left, right),
	"!=": lambda left, right: not (left == right if left is None or right is None else _equal(left, right)),
	">": _compare(lambda left, right: left > right),  # type: ignore[operator]
	">=": _compare(lambda left, right: left >= right),  # type: ignore[operator]
	"<": _compare(lambda left, right: left < right),  # type: ignore[operator]
	"<=": _compare(lambda left, right: left <= right),  # type: ignore[operator]
	"in": _among,
	"not in": lambda left, right: not _among(left, right),
	"contains": _contains,
	"is set": lambda left, _: left not in (None, "", (), [], 0, False),
	"is not set": lambda left, _: left in (None, "", (), [], 0, False),
}


def _equal(left: object, right: object) -> bool:
	one, other = _alike(left, right)
	return one == other


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
	return None if OPERATORS[row.operator](facts[row.fact], row.value) else row


def rows_of(condition: Condition) -> tuple[Row, ...]:
	"""Every row of a condition, groups opened."""
	found: list[Row] = []
	for part in condition.parts:
		found.extend(rows_of(part) if isinstance(part, Condition) else (part,))
	return tuple(found)
