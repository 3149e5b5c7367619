"""Single values of a chain's plain data, each refused by the name of its field."""

from collections.abc import Sequence
from datetime import time
from typing import cast

from ..refusal import Refusal


def choice(kind: type, value: object, field: str, problems: list[Refusal]):  # type: ignore[no-untyped-def]
	"""A member of an enum; None and a problem that lists the known ones when it is none of them."""
	try:
		return kind(value)
	except ValueError:
		known = ", ".join(str(member) for member in kind)  # type: ignore[attr-defined]
		problems.append(
			Refusal("choice_unknown", field, {"field": field, "value": value or "", "known": known})
		)
		return None


def whole(value: object, default: int | None, field: str, problems: list[Refusal]) -> int | None:
	"""A whole number, `default` when nothing is given; None and a problem when it is no number."""
	if value is None or value == "":
		return default
	try:
		return int(cast(str, value))
	except (TypeError, ValueError):
		problems.append(Refusal("not_a_number", field, {"field": field, "value": value}))
		return default


def wall_time(value: object, field: str, problems: list[Refusal]) -> time | None:
	"""A time of the day from `HH:MM`."""
	if value is None or value == "":
		return None
	try:
		if isinstance(value, int):  # YAML 1.1 reads 7:30 as the number 450
			return time(value // 60, value % 60)
		hour, minute = str(value).split(":")[:2]
		return time(int(hour), int(minute))
	except ValueError:
		problems.append(Refusal("not_a_wall_time", field, {"field": field, "value": value}))
		return None


def names(value: object) -> tuple[str, ...]:
	"""Names from a list, or from text with commas."""
	if not value:
		return ()
	return (
		tuple(part.strip() for part in value.split(","))
		if isinstance(value, str)
		else tuple(str(part) for part in cast(Sequence[object], value))
	)
