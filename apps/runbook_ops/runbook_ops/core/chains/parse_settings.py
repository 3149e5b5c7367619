"""A step's settings, checked against what its action declares."""

from collections.abc import Container, Mapping

from ..refusal import Refusal
from .actions import ACTIONS, Action
from .parse_condition import ANY_FACT
from .parse_template import template_problem
from .parse_value import MOST_MINUTES, TEN_YEARS, whole


def check_settings(
	code: str, action: str, settings: Mapping[str, object], names: Container[str] = ANY_FACT
) -> list[Refusal]:
	"""What is wrong with the settings of a step with this action: unknown, missing, no such choice, templates that can't be used."""
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
			problems += _check_setting(code, contract, name, value, names)
	if contract.check and not problems:
		problems += contract.check(code, settings, names)
	return problems


def _check_setting(
	code: str, contract: Action, name: str, value: object, names: Container[str]
) -> list[Refusal]:
	field = f"{code}.settings.{name}"
	problems: list[Refusal] = []
	if name in contract.numbers:
		whole(value, None, field, problems, TEN_YEARS if name.endswith("_days") else MOST_MINUTES)
	elif name in contract.choices and value not in contract.choices[name]:
		known = ", ".join(str(choice) for choice in contract.choices[name])
		values = {"step": code, "setting": name, "value": value, "known": known}
		problems.append(Refusal("setting_choice", field, values))
	elif name not in contract.structured and not isinstance(value, str | int | float):
		problems.append(Refusal("setting_not_a_value", field, {"step": code, "setting": name}))
	elif name in contract.templates and value:
		problem = template_problem(code, name, value, names)
		problems += [problem] if problem else []
	return problems
