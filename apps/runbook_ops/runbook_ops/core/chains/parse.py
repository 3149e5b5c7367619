"""Chains from plain data (YAML, JSON, form rows) to a checked ChainSpec, with every problem named at once."""

from collections.abc import Mapping, Sequence

from ..refusal import Refusal
from .actions import ACTIONS
from .parse_step import parse_step, step_to_data
from .parse_value import choice
from .spec import Anchor, ChainSpec, Event, StepSpec

WITHOUT_BOOKING = (Event.OPPORTUNITY_BOOKED, Event.FORM_SUBMITTED, Event.WAITLIST_OFFERED)
"""The events that are about another record than a booking."""


class ChainProblems(Exception):
	"""A chain that can't be published; `problems` are Refusals whose field is `step code.field`."""

	def __init__(self, problems: Sequence[Refusal]):
		super().__init__(problems)
		self.problems = tuple(problems)


def parse_chain(data: object) -> ChainSpec:
	"""A chain from plain data, checked whole.

	Raises ChainProblems with all that is wrong: unknown keys, actions, anchors, events, operators and facts, templates that
	the language refuses, steps that wait for each other.
	"""
	problems: list[Refusal] = []
	if not isinstance(data, Mapping):
		raise ChainProblems([Refusal("chain_not_a_mapping", "chain")])
	rows = data.get("steps")
	if not isinstance(rows, Sequence) or isinstance(rows, str) or not rows:
		raise ChainProblems([Refusal("chain_without_steps", "steps")])
	trigger = choice(Event, data.get("trigger"), "trigger", problems)
	for key in ("code", "title"):
		if not data.get(key):
			problems.append(Refusal("field_missing", key, {"field": key}))
	steps = [parse_step(row, number, problems) for number, row in enumerate(rows, 1)]
	found = [step for step in steps if step is not None]
	problems += _check_order(found)
	if trigger in WITHOUT_BOOKING:
		problems += [_needs_booking(step) for step in found if _about_booking(step)]
	if problems or trigger is None:
		raise ChainProblems(problems)
	return ChainSpec(
		str(data["code"]), str(data["title"]), trigger, tuple(found), data.get("trigger_doctype") or None
	)


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
		"trigger_doctype": spec.trigger_doctype,
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
