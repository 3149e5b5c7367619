"""One step of a chain from plain data, with every problem named, and back."""

from collections.abc import Mapping
from datetime import timedelta

from ..refusal import Refusal
from .actions import ACTIONS, Action
from .facts import FACTS
from .parse_condition import condition_to_data, parse_condition
from .parse_value import choice, names, wall_time, whole
from .spec import Anchor, ExceptionPath, OnReschedule, StepSpec, Timing
from .template import TemplateProblem, check_template

FACT_NAMES = frozenset(FACTS)

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


def parse_step(row: object, number: int, problems: list[Refusal]) -> StepSpec | None:
	"""One step; what is wrong is added to `problems`. None when it can't even be named."""
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
	condition = parse_condition(code, row.get("condition"), problems)
	anchor = choice(Anchor, row.get("anchor") or "run_start", f"{code}.anchor", problems)
	on_reschedule = choice(
		OnReschedule, row.get("on_reschedule") or "keep", f"{code}.on_reschedule", problems
	)
	numbers = {
		key: whole(row.get(key), default, f"{code}.{key}", problems)
		for key, default in (
			("offset_minutes", 0),
			("useful_minutes", None),
			("exception_due_minutes", 240),
			("priority", 50),
		)
	}
	at = wall_time(row.get("at"), f"{code}.at", problems)
	if len(problems) > before or anchor is None or on_reschedule is None:
		return StepSpec(code, code, action, after=names(row.get("after")))
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
		after=names(row.get("after")),
		condition=condition,
		exception=ExceptionPath(
			str(row.get("exception_role") or ExceptionPath.role),
			timedelta(minutes=numbers["exception_due_minutes"] or 0),
		),
		priority=numbers["priority"] or 0,
		on_reschedule=on_reschedule,
	)


def step_to_data(step: StepSpec) -> dict[str, object]:
	"""The plain data that `parse_step` reads back to the same step."""
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
		"condition": condition_to_data(step.condition),
		"exception_role": step.exception.role,
		"exception_due_minutes": step.exception.due_in // timedelta(minutes=1),
		"priority": step.priority,
		"on_reschedule": step.on_reschedule.value,
	}


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
		whole(value, None, field, problems)
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
