"""One step of a chain from plain data, with every problem named, and back."""

from collections.abc import Mapping
from datetime import timedelta

from ..hours import Hours
from ..refusal import Refusal
from .actions import ACTIONS
from .office_time import parse_quiet_hours, quiet_hours_text
from .parse_condition import condition_to_data, parse_condition
from .parse_settings import check_settings
from .parse_value import choice, names, wall_time, whole
from .spec import (
	Anchor,
	BusinessHours,
	ExceptionPath,
	Late,
	OnReschedule,
	QuietRule,
	StepSpec,
	Timing,
)

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
		"business_hours",
		"quiet_hours",
		"late",
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
		problems += check_settings(code, action, settings)
	condition = parse_condition(f"{code}.condition", row.get("condition"), problems)
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
	business = choice(
		BusinessHours, row.get("business_hours") or "ignore", f"{code}.business_hours", problems
	)
	late = choice(Late, row.get("late") or "ask", f"{code}.late", problems)
	quiet, quiet_own = _quiet(code, row.get("quiet_hours"), problems)
	if len(problems) > before or None in (anchor, on_reschedule, business, late):
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
			business or BusinessHours.IGNORE,
			quiet,
			quiet_own,
			late or Late.ASK,
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
		"business_hours": timing.business_hours.value,
		"quiet_hours": quiet_hours_text(timing.quiet_own) if timing.quiet_own else timing.quiet.value or None,
		"late": timing.late.value,
		"after": list(step.after),
		"condition": condition_to_data(step.condition),
		"exception_role": step.exception.role,
		"exception_due_minutes": step.exception.due_in // timedelta(minutes=1),
		"priority": step.priority,
		"on_reschedule": step.on_reschedule.value,
	}


def _quiet(code: str, value: object, problems: list[Refusal]) -> tuple[QuietRule, Hours | None]:
	"""The rule, or hours of the step's own, which it then keeps."""
	text = str(value or "").strip()
	if text in set(QuietRule):
		return QuietRule(text), None
	own = parse_quiet_hours(text)
	if own is None:
		problems.append(
			Refusal("quiet_hours_unreadable", f"{code}.quiet_hours", {"step": code, "value": text})
		)
	return QuietRule.KEEP, own
