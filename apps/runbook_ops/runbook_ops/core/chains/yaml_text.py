"""Chains as YAML text and back: what an export writes, and what an import reads from whoever hands it in."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

import yaml

from ..refusal import Refusal
from .parse import ChainProblems
from .parse_step import step_to_data
from .spec import StepSpec

LONGEST = 200_000
"""Characters; the longest chain that ships has about 8,000."""

DEEPEST = 20
MOST_VALUES = 5_000
"""The longest chain that ships has about 400."""
NAMES = ("code", "title", "action")
ODD_BREAKS = frozenset("\r\x85\u2028\u2029\ufeff")
"""What YAML takes for the end of a line, or leaves out, unless it is written as an escape."""


def chain_to_yaml(data: Mapping[str, object]) -> str:
	"""A chain's plain data as YAML that people can read: what is at its default is left out, long texts stand as they are."""
	steps = cast(Sequence[Mapping[str, object]], data.get("steps") or ())
	head = {name: value for name, value in data.items() if name != "steps" and not _empty(value)}
	chain = {**head, "steps": [_short_step(step) for step in steps]}
	return yaml.dump(chain, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


def read_yaml(text: str) -> object:
	"""The plain data that a YAML text stands for, for `parse_chain` to check.

	Raises ChainProblems: `yaml_too_long`, `yaml_syntax` with the line, `yaml_alias`, `yaml_deep` or `yaml_key_twice`.
	"""
	if len(text) > LONGEST:
		raise ChainProblems([Refusal("yaml_too_long", "text", {"longest": LONGEST})])
	try:
		return yaml.load(text, Loader=_Loader)
	except yaml.MarkedYAMLError as problem:
		line = problem.problem_mark.line + 1 if problem.problem_mark else 1
		raise ChainProblems(
			[Refusal("yaml_syntax", "text", {"line": line, "what": problem.problem or ""})]
		) from problem
	except (yaml.YAMLError, ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as problem:
		# beside YAML's own: what its constructors stumble over in a value that is not what its tag says, `!!bool maybe`
		what = str(problem).splitlines()[0] if str(problem) else ""
		raise ChainProblems([Refusal("yaml_syntax", "text", {"line": 1, "what": what})]) from problem


def _short_step(step: Mapping[str, object]) -> dict[str, object]:
	"""A step without what every step of its action has anyway."""
	usual = step_to_data(StepSpec(str(step.get("code")), "", str(step.get("action"))))
	found = {
		name: value
		for name, value in step.items()
		if name in NAMES or (not _empty(value) and value != usual.get(name))
	}
	if "condition" in found:
		found["condition"] = _short_condition(found["condition"])
	settings = found.pop("settings", None)
	return {**found, "settings": settings} if settings else found


def _short_condition(condition: object) -> object:
	"""A condition whose rows end with their value, where they have one."""
	if isinstance(condition, Mapping):
		return {mode: _short_condition(parts) for mode, parts in condition.items()}
	if not isinstance(condition, (list, tuple)):
		return condition
	if condition and not isinstance(condition[0], (list, tuple, Mapping)):
		return list(condition[:2]) if len(condition) == 3 and condition[2] is None else list(condition)
	return [_short_condition(part) for part in condition]


def _empty(value: object) -> bool:
	return value is None or value == "" or (isinstance(value, (Mapping, Sequence)) and not value)


class _Dumper(yaml.SafeDumper):
	"""Lists that are indented, texts of several lines as blocks, no aliases."""

	def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
		super().increase_indent(flow, False)

	def ignore_aliases(self, data: object) -> bool:
		return True


def _text_node(dumper: _Dumper, value: str) -> yaml.ScalarNode:
	style = '"' if ODD_BREAKS.intersection(value) else "|" if "\n" in value else None
	return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


def _list_node(dumper: _Dumper, value: Sequence[object]) -> yaml.SequenceNode:
	on_one_line = bool(value) and not isinstance(value[0], (Mapping, list, tuple))
	return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=on_one_line)


_Dumper.add_representer(str, _text_node)
_Dumper.add_representer(list, _list_node)
_Dumper.add_representer(tuple, _list_node)


class _Loader(yaml.SafeLoader):
	"""Plain values only: no aliases, which can make a small text huge, no key twice, and no deeper than a chain goes."""

	def __init__(self, stream: str):
		super().__init__(stream)
		self.depth = 0
		self.values = 0

	def compose_node(self, parent: Any, index: Any) -> Any:
		line = self.peek_event().start_mark.line + 1  # type: ignore[no-untyped-call]
		if self.check_event(yaml.AliasEvent):
			raise ChainProblems([Refusal("yaml_alias", "text", {"line": line})])
		self.depth += 1
		self.values += 1
		if self.values > MOST_VALUES:
			raise ChainProblems([Refusal("chain_too_large", "text", {"most": MOST_VALUES})])
		if self.depth > DEEPEST:
			raise ChainProblems([Refusal("yaml_deep", "text", {"line": line, "deepest": DEEPEST})])
		node = super().compose_node(parent, index)
		self.depth -= 1
		return node

	def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
		seen: set[str] = set()
		for key, _value in node.value:
			if str(key.value) in seen:
				values = {"line": key.start_mark.line + 1, "key": str(key.value)}
				raise ChainProblems([Refusal("yaml_key_twice", "text", values)])
			seen.add(str(key.value))
		return super().construct_mapping(node, deep)
