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


TEN_YEARS = 10 * 366
"""In days; nothing of a chain lies further off."""
MOST_MINUTES = TEN_YEARS * 24 * 60


def whole(
	value: object, default: int | None, field: str, problems: list[Refusal], most: int = MOST_MINUTES
) -> int | None:
	"""A whole number no further from zero than `most`, `default` when nothing is given; a problem and `default` when it is none."""
	if value is None or value == "":
		return default
	try:
		number = int(cast(str, value))
	except (TypeError, ValueError, OverflowError):
		problems.append(Refusal("not_a_number", field, {"field": field, "value": str(value)[:40]}))
		return default
	if abs(number) > most:
		values = {"field": field, "value": str(value)[:40], "most": most}
		problems.append(Refusal("number_out_of_range", field, values))
		return default
	return number


def wall_time(value: object, field: str, problems: list[Refusal]) -> time | None:
	"""A time of the day from `HH:MM`."""
	if value is None or value == "":
		return None
	try:
		if isinstance(value, int):  # YAML 1.1 reads 7:30 as the number 450
			return time(value // 60, value % 60)
		hour, minute = str(value).split(":")[:2]
		return time(int(hour), int(minute))
	except (ValueError, OverflowError):
		problems.append(Refusal("not_a_wall_time", field, {"field": field, "value": str(value)[:40]}))
		return None


def names(value: object) -> tuple[str, ...]:
	"""Names from a list, or from text with commas."""
	if not value:
		return ()
	if isinstance(value, str):
		return tuple(part.strip() for part in value.split(","))
	return tuple(str(part) for part in value) if isinstance(value, Sequence) else (str(value),)
