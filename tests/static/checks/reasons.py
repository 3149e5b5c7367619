"""Reason codes: each that code uses has a text, each text is used, and a text's values are given by plain names."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

from tests.static.checks.source import APP, calls, dotted, is_text, keyword, modules

TEXTS = "core/reasons/"
CODE_AT = {
	"Ask": 0,
	"ChannelRefused": 0,
	"PlannedStep": 3,
	"Problem": 1,
	"Refusal": 0,
	"Skip": 0,
	"TemplateProblem": 0,
	"_end": 3,
	"cancel_open": 2,
	"end_runs": 1,
	"reason": 0,
	"reason_text": 0,
	"tell": 0,
}
"""Which argument of a call is a code."""

VALUES_AT = {"Ask": 2, "ChannelRefused": 1, "Refusal": 2, "Skip": 1, "reason_text": 1, "tell": 1}
"""Which argument holds the values of the code's text."""

KEYWORDS = {"reason_code", "code", "reason"}
CODE = re.compile(r"[a-z]+(_[a-z]+)+")


@dataclass(frozen=True)
class Use:
	"""One place that names a code; `values` are the names of what it gives to the text, None when that can't be read."""

	place: str
	code: str
	values: frozenset[str] | None


def known(root: Path) -> list[str]:
	"""Every code that is used has a text."""
	texts = _reasons(root)
	return [f"{use.place}: there is no reason {use.code}" for use in _uses(root) if use.code not in texts]


def used(root: Path) -> list[str]:
	"""Every text is used: its code stands somewhere in the app, whole or as a pattern such as f"{to}_has_no_email"."""
	whole, patterns = set(), []
	for module in modules(root):
		for node in ast.walk(module.tree) if not module.path.startswith(TEXTS) else ():
			if isinstance(node, ast.JoinedStr):
				parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
				if any(part and "_" in part for part in parts):
					patterns.append(
						re.compile("".join(re.escape(part) if part else r"\w+" for part in parts))
					)
			elif isinstance(node, ast.Constant) and is_text(node):
				whole.add(node.value)
	return [
		f"{APP}/{TEXTS}: nobody uses {code}"
		for code in _reasons(root)
		if code not in whole and not any(pattern.fullmatch(code) for pattern in patterns)
	]


def placeholders(root: Path) -> list[str]:
	"""A text's values have plain names: no attributes, no indexes, no formats, no positions."""
	return [
		f"{APP}/{TEXTS}: {code} has {{{name}}}; give it a plain name"
		for code, text in _reasons(root).items()
		for _, name, form, conversion in Formatter().parse(text)
		if name is not None and (not name.isidentifier() or form or conversion)
	]


def values(root: Path) -> list[str]:
	"""Who names a code gives what its text asks for."""
	texts = _reasons(root)
	return [
		f"{use.place}: {use.code} asks for {name}"
		for use in _uses(root)
		if use.values is not None
		for _, name, _, _ in Formatter().parse(texts.get(use.code, ""))
		if name is not None and name not in use.values
	]


def _reasons(root: Path) -> dict[str, str]:
	found: dict[str, str] = {}
	for module in modules(root):
		for node in module.tree.body if module.path.startswith(TEXTS) else ():
			if isinstance(node, ast.AnnAssign) and dotted(node.target) == "TEXTS" and node.value:
				found |= ast.literal_eval(node.value)
	return found


def _uses(root: Path) -> Iterator[Use]:
	for module in modules(root):
		for call in calls(module.tree):
			given = _values_of(call)
			for code in _codes_of(call):
				yield Use(f"{APP}/{module.path}:{code.lineno}", code.value, given)


def _codes_of(call: ast.Call) -> Iterator[ast.Constant]:
	name = dotted(call.func).rpartition(".")[2]
	if name not in CODE_AT or (name == "Problem" and "Severity" not in ast.unparse(call)):
		return
	at = CODE_AT[name]
	named = [keyword(call, word) for word in KEYWORDS]
	for value in (*call.args[at : at + 1], *named):
		yield from (node for node in _choices(value) if CODE.fullmatch(node.value))


def _choices(value: ast.expr | None) -> Iterator[ast.Constant]:
	"""The texts that an expression can be: itself, or either side of `x if y else z`."""
	if isinstance(value, ast.IfExp):
		yield from _choices(value.body)
		yield from _choices(value.orelse)
	elif isinstance(value, ast.Constant) and is_text(value):
		yield value


def _values_of(call: ast.Call) -> frozenset[str] | None:
	name = dotted(call.func).rpartition(".")[2]
	if name not in VALUES_AT:
		return None
	at = VALUES_AT[name]
	given = call.args[at] if len(call.args) > at else keyword(call, "values")
	if given is None:
		return frozenset()
	keys = given.keys if isinstance(given, ast.Dict) else [None]
	if not all(isinstance(key, ast.Constant) for key in keys):
		return None
	return frozenset(key.value for key in keys if isinstance(key, ast.Constant))


CHECKS = {
	"known reasons": known,
	"used reasons": used,
	"reason placeholders": placeholders,
	"reason values": values,
}
