"""Conditions from plain data and back: `{all: [[fact, operator, value], {any: [...]}]}`."""

from collections.abc import Container, Mapping, Sequence

from ..refusal import Refusal
from .condition import OPERATORS, Condition, Row, rows_of, wrong_value
from .names import Names

ANY_FACT = Names(record=None)


def parse_condition(
	field: str, data: object, problems: list[Refusal], names: Container[str] = ANY_FACT
) -> Condition:
	"""A condition whose facts, operators and values are known; problems name the field that holds it."""
	condition = _read_condition(data)
	if condition is None:
		problems.append(Refusal("condition_shape", field, {"field": field}))
		return Condition()
	for row in rows_of(condition):
		if row.fact not in names:
			problems.append(Refusal("condition_fact", field, {"field": field, "fact": row.fact}))
		if row.operator not in OPERATORS:
			values = {"field": field, "operator": row.operator, "known": ", ".join(OPERATORS)}
			problems.append(Refusal("condition_operator", field, values))
		elif needed := wrong_value(row):
			values = {"field": field, "fact": row.fact, "operator": row.operator, "needed": needed}
			problems.append(Refusal("condition_value", field, values))
	return condition


def condition_to_data(condition: Condition) -> dict[str, object]:
	"""The plain data that `parse_condition` reads back."""
	parts = [
		condition_to_data(part) if isinstance(part, Condition) else [part.fact, part.operator, part.value]
		for part in condition.parts
	]
	return {condition.mode: parts}


def _read_condition(data: object) -> Condition | None:
	if not data:
		return Condition()
	if not isinstance(data, Mapping) or len(data) != 1:
		return None
	((mode, rows),) = data.items()
	if mode not in ("all", "any") or not isinstance(rows, Sequence) or isinstance(rows, str):
		return None
	parts: list[Row | Condition] = []
	for row in rows:
		if isinstance(row, Mapping):
			group = _read_condition(row)
			if group is None:
				return None
			parts.append(group)
		elif isinstance(row, Sequence) and not isinstance(row, str) and len(row) in (2, 3):
			parts.append(Row(str(row[0]), str(row[1]), row[2] if len(row) == 3 else None))
		else:
			return None
	return Condition(mode, tuple(parts))
