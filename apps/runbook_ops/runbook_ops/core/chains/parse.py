"""Chains from plain data (YAML, JSON, form rows) to a checked ChainSpec, with every problem named at once."""

from collections.abc import Mapping, Sequence
from datetime import time, timedelta
from typing import cast

from ..refusal import Refusal
from .actions import ACTIONS, Action
from .condition import OPERATORS, Condition, Row, rows_of
from .facts import FACTS
from .spec import Anchor, ChainSpec, Event, ExceptionPath, OnReschedule, StepSpec, Timing
from .template import TemplateProblem, check_template

FACT_NAMES = frozenset(FACTS)

WITHOUT_BOOKING = (Event.OPPORTUNITY_BOOKED, Event.FORM_SUBMITTED, Event.WAITLIST_OFFERED)
"""The events that are about another record than a booking."""

STEP_KEYS = frozenset(
	{
		"code",
		"title",
		"action",
		"settings",
		"anchor",
		"offset_minutes",
		"at",
		"useful_minutes",
		"after",
		"condition",
		"exception_role",
		"exception_due_minutes",
		"priority",
		"on_reschedule",
	}
)


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
	trigger = _choice(Event, data.get("trigger"), "trigger", problems)
	for key in ("code", "title"):
		if not data.get(key):
			problems.append(Refusal("field_missing", key, {"field": key}))
	steps = [_parse_step(row, number, problems) for number, row in enumerate(rows, 1)]
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
		"steps": [_step_to_data(step) for step in spec.steps],
	}


def _step_to_data(step: StepSpec) -> dict[str, object]:
	timing = step.timing
	return {
		"code": step.code,
		"title": step.title,
		"action": step.action,
		"settings": dict(step.settings),
		"anchor": timing.anchor.value,
		"offset_minutes": timing.offset // timedelta(minutes=1),
		"at": timing.at.strftime("%H:%M") if timing.at else None,
		"useful_minutes": None if timing.useful_for is None else timing.useful_for // timedelta(minutes=1),
		"after": list(step.after),
		"condition": _condition_to_data(step.condition),
		"exception_role": step.exception.role,
		"exception_due_minutes": step.exception.due_in // timedelta(minutes=1),
		"priority": step.priority,
		"on_reschedule": step.on_reschedule.value,
	}


def _condition_to_data(condition: Condition) -> dict[str, object]:
	parts = [
		_condition_to_data(part) if isinstance(part, Condition) else [part.fact, part.operator, part.value]
		for part in condition.parts
	]
	return {condition.mode: parts}


def _parse_step(row: object, number: int, problems: list[Refusal]) -> StepSpec | None:
	if not isinstance(row, Mapping):
		problems.append(Refusal("step_not_a_mapping", f"step {number}", {"number": number}))
		return None
	code = str(row.get("code") or "")
	if not code:
		problems.append(Refusal("step_without_code", f"step {number}.code", {"number": number}))
		return None
	before = len(problems)
	for key in sorted(set(row) - STEP_KEYS):
		problems.append(Refusal("step_key_unknown", f"{code}.{key}", {"step": code, "key": key}))
	action = str(row.get("action") or "")
	settings = row.get("settings") or {}
	if action not in ACTIONS:
		problems.append(
			Refusal(
				"action_unknown",
				f"{code}.action",
				{"step": code, "action": action, "known": ", ".join(ACTIONS)},
			)
		)
	elif not isinstance(settings, Mapping):
		problems.append(Refusal("settings_not_a_mapping", f"{code}.settings", {"step": code}))
	else:
		problems += _check_settings(code, action, settings)
	condition = _parse_condition(code, row.get("condition"), problems)
	anchor = _choice(Anchor, row.get("anchor") or "run_start", f"{code}.anchor", problems)
	on_reschedule = _choice(
		OnReschedule, row.get("on_reschedule") or "keep", f"{code}.on_reschedule", problems
	)
	numbers = {
		key: _whole(row.get(key), default, f"{code}.{key}", problems)
		for key, default in (
			("offset_minutes", 0),
			("useful_minutes", None),
			("exception_due_minutes", 240),
			("priority", 50),
		)
	}
	at = _wall_time(row.get("at"), f"{code}.at", problems)
	if len(problems) > before or anchor is None or on_reschedule is None:
		return StepSpec(code, code, action, after=_names(row.get("after")))
	useful = numbers["useful_minutes"]
	return StepSpec(
		code=code,
		title=str(row.get("title") or ACTIONS[action].title),
		action=action,
		settings=dict(settings),
		timing=Timing(
			anchor,
			timedelta(minutes=numbers["offset_minutes"] or 0),
			at,
			timedelta(minutes=useful) if useful else None,
		),
		after=_names(row.get("after")),
		condition=condition,
		exception=ExceptionPath(
			str(row.get("exception_role") or ExceptionPath.role),
			timedelta(minutes=numbers["exception_due_minutes"] or 0),
		),
		priority=numbers["priority"] or 0,
		on_reschedule=on_reschedule,
	)


def _check_settings(code: str, action: str, settings: Mapping[str, object]) -> list[Refusal]:
	contract = ACTIONS[action]
	problems = [
		Refusal(
			"setting_unknown", f"{code}.settings.{name}", {"step": code, "setting": name, "action": action}
		)
		for name in sorted(set(settings) - set(contract.settings))
	]
	for name, required in contract.settings.items():
		value = settings.get(name)
		if required and not value:
			problems.append(
				Refusal("setting_missing", f"{code}.settings.{name}", {"step": code, "setting": name})
			)
		elif value is not None:
			problems += _check_setting(code, contract, name, value)
	return problems


def _check_setting(code: str, contract: Action, name: str, value: object) -> list[Refusal]:
	field = f"{code}.settings.{name}"
	problems: list[Refusal] = []
	if name in contract.numbers:
		_whole(value, None, field, problems)
	elif name in contract.choices and value not in contract.choices[name]:
		known = ", ".join(str(choice) for choice in contract.choices[name])
		values = {"step": code, "setting": name, "value": value, "known": known}
		problems.append(Refusal("setting_choice", field, values))
	elif name in contract.templates and value:
		try:
			check_template(str(value), FACT_NAMES)
		except TemplateProblem as problem:
			values = {"step": code, "setting": name, "name": problem.name, "line": problem.line}
			problems.append(Refusal(problem.code, field, values))
	return problems


def _parse_condition(code: str, data: object, problems: list[Refusal]) -> Condition:
	condition = _read_condition(data)
	if condition is None:
		problems.append(Refusal("condition_shape", f"{code}.condition", {"step": code}))
		return Condition()
	for row in rows_of(condition):
		if row.fact not in FACTS:
			problems.append(Refusal("condition_fact", f"{code}.condition", {"step": code, "fact": row.fact}))
		if row.operator not in OPERATORS:
			values = {"step": code, "operator": row.operator, "known": ", ".join(OPERATORS)}
			problems.append(Refusal("condition_operator", f"{code}.condition", values))
	return condition


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


def _choice(kind: type, value: object, field: str, problems: list[Refusal]):  # type: ignore[no-untyped-def]
	try:
		return kind(value)
	except ValueError:
		known = ", ".join(str(member) for member in kind)  # type: ignore[attr-defined]
		problems.append(
			Refusal("choice_unknown", field, {"field": field, "value": value or "", "known": known})
		)
		return None


def _whole(value: object, default: int | None, field: str, problems: list[Refusal]) -> int | None:
	if value is None or value == "":
		return default
	try:
		return int(cast(str, value))
	except (TypeError, ValueError):
		problems.append(Refusal("not_a_number", field, {"field": field, "value": value}))
		return default


def _wall_time(value: object, field: str, problems: list[Refusal]) -> time | None:
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


def _names(value: object) -> tuple[str, ...]:
	if not value:
		return ()
	return (
		tuple(part.strip() for part in value.split(","))
		if isinstance(value, str)
		else tuple(str(part) for part in cast(Sequence[object], value))
	)
