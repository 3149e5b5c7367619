"""Answers that people gave to questions of a chain, as facts for the conditions of later steps."""

from collections.abc import Iterable, Mapping, Sequence

from ..refusal import Refusal
from .actions.ask_person import answers_of
from .answer_names import PREFIX, is_answer
from .condition import Row, rows_of
from .spec import ChainSpec, StepSpec

ASKS = "ask_person"


def asks_people(spec: ChainSpec) -> bool:
	"""Whether a chain has a question, so that the others need not look for answers."""
	return any(step.action == ASKS for step in spec.steps)


def answer_facts(spec: ChainSpec, given: Mapping[str, str | None]) -> dict[str, object]:
	"""Each question of the chain -> its answer, None while there is none; `given`: step code -> answer."""
	return {f"{PREFIX}{step.code}": given.get(step.code) for step in spec.steps if step.action == ASKS}


def answer_problems(steps: Sequence[StepSpec]) -> Iterable[Refusal]:
	"""Conditions on answers that can't be right: no such question, no such answer, or not asked before the step."""
	questions = {step.code: step for step in steps if step.action == ASKS}
	before = _before(steps)
	for step in steps:
		for row in rows_of(step.condition):
			if not is_answer(row.fact):
				continue
			code, field = row.fact.removeprefix(PREFIX), f"{step.code}.condition"
			if code not in questions:
				known = ", ".join(PREFIX + name for name in questions) or "-"
				yield Refusal("answer_unknown", field, {"step": step.code, "fact": row.fact, "known": known})
				continue
			if code not in before[step.code]:
				yield Refusal("answer_not_yet", field, {"step": step.code, "question": code})
			offered = answers_of(questions[code].settings)
			for value in _values(row):
				if value not in offered:
					known = ", ".join(offered)
					values = {"step": step.code, "value": value, "question": code, "known": known}
					yield Refusal("answer_not_offered", field, values)


def _values(row: Row) -> tuple[str, ...]:
	if row.operator not in ("=", "!=", "in", "not in"):
		return ()
	values = row.value if isinstance(row.value, (list, tuple)) else (row.value,)
	return tuple(str(value) for value in values)


def _before(steps: Sequence[StepSpec]) -> dict[str, set[str]]:
	"""Each step -> all that have ended when it comes up."""
	after = {step.code: step.after for step in steps}
	found: dict[str, set[str]] = {}
	for code in after:
		seen: set[str] = set()
		waiting = list(after[code])
		while waiting:
			one = waiting.pop()
			if one not in seen:
				seen.add(one)
				waiting += after.get(one, ())
		found[code] = seen
	return found
