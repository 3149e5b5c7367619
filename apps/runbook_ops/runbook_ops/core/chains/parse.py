"""Chains from plain data (YAML, JSON, form rows) to a checked ChainSpec, with every problem named at once."""

from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches

from ..refusal import Refusal
from .actions import ACTIONS
from .answers import answer_problems
from .condition import ALWAYS, rows_of
from .decide import facts_read
from .names import record_fields as record_fields_of
from .parse_condition import condition_to_data, parse_condition
from .parse_step import parse_step, step_to_data
from .parse_trigger import (
	CHAIN_EVENTS,
	RECORD_EVENTS,
	STATES_BY_EVENT,
	parse_trigger,
	trigger_to_data,
)
from .parse_value import choice
from .shape import check_shape
from .spec import Anchor, ChainSpec, Event, StepSpec

WITHOUT_BOOKING = (
	Event.OPPORTUNITY_BOOKED,
	Event.OPPORTUNITY_STAGE,
	Event.WAITLIST_OFFERED,
	Event.TIME_RECURRING,
	Event.SUBMISSION,
)
"""The events that are about another record than a booking; for those of a record or a chain the DocType tells."""

RECORDS: Mapping[Event, str | None] = {
	Event.OPPORTUNITY_BOOKED: "Opportunity",
	Event.OPPORTUNITY_STAGE: "Opportunity",
	Event.WAITLIST_OFFERED: "Waitlist Offer",
	Event.TIME_RECURRING: None,
	Event.SUBMISSION: None,
}
"""Event -> what its runs are about, where that is no booking and no DocType that the chain names."""


class ChainProblems(Exception):
	"""A chain that can't be published; `problems` are Refusals whose field is `step code.field`."""

	def __init__(self, problems: Sequence[Refusal]):
		super().__init__(problems)
		self.problems = tuple(problems)


def parse_chain(data: object, record_fields: Collection[str] | None = None) -> ChainSpec:
	"""A chain from plain data, checked whole. `record_fields`: those that it may read, None where the DocType can't be asked.

	Raises ChainProblems with all that is wrong: unknown keys, actions, anchors, events, operators and facts, templates that
	the language refuses, steps that wait for each other.
	"""
	problems: list[Refusal] = []
	data, rows = _checked(data)
	trigger = choice(Event, data.get("trigger"), "trigger", problems)
	for key in ("code", "title"):
		if not data.get(key):
			problems.append(Refusal("field_missing", key, {"field": key}))
		elif not isinstance(data[key], str | int):
			problems.append(Refusal("not_a_text", key, {"field": key}))
	steps = [parse_step(row, number, problems) for number, row in enumerate(rows, 1)]
	found = [step for step in steps if step is not None]
	problems += _check_order(found)
	problems += answer_problems(found)
	if trigger is None:
		raise ChainProblems(problems)
	doctype, details = parse_trigger(data, trigger, problems)
	condition = parse_condition("condition", data.get("condition"), problems)
	if not has_booking(trigger, doctype):
		problems += [_needs_booking(step) for step in found if _about_booking(step)]
	spec = ChainSpec(
		str(data.get("code")), str(data.get("title")), trigger, tuple(found), doctype, details, condition
	)
	problems += _check_fields(spec, record_fields)
	if problems:
		raise ChainProblems(problems)
	return spec


def _checked(data: object) -> tuple[Mapping[str, object], Sequence[object]]:
	"""The data and its steps, of which at least one can be looked at."""
	if not isinstance(data, Mapping):
		raise ChainProblems([Refusal("chain_not_a_mapping", "chain")])
	misshapen = check_shape(data)
	if misshapen is not None:
		raise ChainProblems([misshapen])
	rows = data.get("steps")
	if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
		raise ChainProblems([Refusal("chain_without_steps", "steps")])
	return data, rows


def has_booking(trigger: Event, doctype: str | None) -> bool:
	"""Whether the runs of such a chain are about a booking."""
	if trigger in (*RECORD_EVENTS, *CHAIN_EVENTS):
		return doctype in STATES_BY_EVENT or (doctype is None and trigger in CHAIN_EVENTS)
	return trigger not in WITHOUT_BOOKING


def record_of(trigger: Event, doctype: str | None) -> str | None:
	"""The DocType whose fields the steps of such a chain may name; None where its runs are about no record of one."""
	if trigger in (*RECORD_EVENTS, *CHAIN_EVENTS):
		return doctype or "Service Booking"
	return RECORDS.get(trigger, "Service Booking")


def _check_fields(spec: ChainSpec, known: Collection[str] | None) -> list[Refusal]:
	"""The fields of the record that a step or the start names and that do not exist."""
	if spec.trigger is Event.SUBMISSION:
		known = spec.details.values
	elif record_of(spec.trigger, spec.trigger_doctype) is None:
		known = ()
	if known is None:
		return []
	places: dict[str, Collection[str]] = {"condition": {row.fact for row in rows_of(spec.condition)}}
	places |= {step.code: facts_read(step) for step in spec.steps}
	return [
		Refusal("record_field_unknown", place, {"field": place, "name": name, "like": _like(name, known)})
		for place, names in places.items()
		for name in sorted(record_fields_of(names) - frozenset(known))
	]


def _like(name: str, known: Collection[str]) -> str:
	return ", ".join(get_close_matches(name, known, 3, 0.5) or sorted(known)[:8]) or "none"


def _about_booking(step: StepSpec) -> bool:
	action = ACTIONS.get(step.action)
	return bool(action and action.needs_booking) or step.timing.anchor is not Anchor.RUN_START


def _needs_booking(step: StepSpec) -> Refusal:
	what = step.action if ACTIONS[step.action].needs_booking else step.timing.anchor.value
	return Refusal("step_needs_booking", f"{step.code}.action", {"step": step.code, "what": what})


def chain_to_data(spec: ChainSpec) -> dict[str, object]:
	"""The plain data that `parse_chain` reads back to the same chain."""
	return {
		"code": spec.code,
		"title": spec.title,
		"trigger": spec.trigger.value,
		**trigger_to_data(spec.trigger_doctype, spec.details),
		**({} if spec.condition == ALWAYS else {"condition": condition_to_data(spec.condition)}),
		"steps": [step_to_data(step) for step in spec.steps],
	}


def _check_order(steps: Sequence[StepSpec]) -> list[Refusal]:
	problems: list[Refusal] = []
	codes: set[str] = set()
	for step in steps:
		if step.code in codes:
			problems.append(Refusal("step_code_twice", f"{step.code}.code", {"step": step.code}))
		codes.add(step.code)
	for step in steps:
		for code in step.after:
			if code not in codes:
				problems.append(
					Refusal("after_unknown", f"{step.code}.after", {"step": step.code, "after": code})
				)
	waits = {step.code: set(step.after) & codes for step in steps}
	while free := {code for code, before in waits.items() if not before}:
		waits = {code: before - free for code, before in waits.items() if code not in free}
	if waits:
		problems.append(Refusal("chain_cycle", f"{min(waits)}.after", {"steps": ", ".join(sorted(waits))}))
	return problems
