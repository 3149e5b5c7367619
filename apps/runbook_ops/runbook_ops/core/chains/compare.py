"""What is different between two versions of a chain, step by step."""

from collections.abc import Mapping
from dataclasses import dataclass

from .parse import chain_to_data
from .spec import ChainSpec


@dataclass(frozen=True)
class StepChange:
	"""A step that is new, gone or different; `fields`: what is different -> (before, after), as plain data."""

	code: str
	title: str
	kind: str
	fields: Mapping[str, tuple[object, object]]


def compare_chains(before: ChainSpec, after: ChainSpec) -> tuple[StepChange, ...]:
	"""The steps that were `added`, `removed`, `changed` or `moved` (another place in the list, all else as it was)."""
	old, new = _steps(before), _steps(after)
	found = [
		StepChange(code, str(step["title"]), "removed", {}) for code, step in old.items() if code not in new
	]
	kept_order = [code for code in old if code in new]
	for position, code in enumerate(code for code in new if code in old):
		fields = _different(old[code], new[code])
		if fields:
			found.append(StepChange(code, str(new[code]["title"]), "changed", fields))
		elif kept_order[position] != code:
			found.append(StepChange(code, str(new[code]["title"]), "moved", {}))
	found += [
		StepChange(code, str(step["title"]), "added", {}) for code, step in new.items() if code not in old
	]
	return tuple(found)


def _steps(spec: ChainSpec) -> dict[str, dict[str, object]]:
	steps = chain_to_data(spec)["steps"]
	assert isinstance(steps, list)
	return {str(step["code"]): _flat(step) for step in steps}


def _flat(step: Mapping[str, object]) -> dict[str, object]:
	"""A step with its settings beside its other fields."""
	settings = step["settings"]
	assert isinstance(settings, Mapping)
	rest = {name: value for name, value in step.items() if name != "settings"}
	return {**rest, **{str(name): value for name, value in settings.items()}}


def _different(one: Mapping[str, object], other: Mapping[str, object]) -> dict[str, tuple[object, object]]:
	names = dict.fromkeys((*one, *other))
	return {name: (one.get(name), other.get(name)) for name in names if one.get(name) != other.get(name)}
