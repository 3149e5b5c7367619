"""Reason codes: each that code uses has a text, each text is used, and a text takes its values by plain names."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

from tests.static.checks.source import APP, calls, dotted, is_text, keyword, modules

TEXTS = "core/reasons.py"
FIRST = {"Ask", "ChannelRefused", "Refusal", "Skip", "TemplateProblem", "reason_text", "tell"}
"""Whose first argument is a code."""

SECOND = {"Problem", "PlannedStep"}
KEYWORDS = {"code", "reason", "reason_code"}


def known(root: Path) -> list[str]:
	"""Every code that is used has a text."""
	texts = _reasons(root)
	return [
		f"{APP}/{path}:{line}: there is no reason {code}" for path, line, code in _used(root) if code not in texts
	]


def used(root: Path) -> list[str]:
	"""Every text is used: its code stands somewhere in the app, whole or as a pattern such as f"{to}_has_no_email"."""
	whole, patterns = set(), []
	for module in modules(root):
		if module.path == TEXTS:
			continue
		for node in ast.walk(module.tree):
			if isinstance(node, ast.JoinedStr):
				parts = [part.value if isinstance(part, ast.Constant) else None for part in node.values]
				if any(part and "_" in part for part in parts):
					patterns.append(re.compile("".join(re.escape(part) if part else r"\w+" for part in parts)))
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


def _reasons(root: Path) -> dict[str, str]:
	module = next(module for module in modules(root) if module.path == TEXTS)
	table = next(
		node.value
		for node in module.tree.body
		if isinstance(node, ast.AnnAssign) and dotted(node.target) == "REASONS" and node.value
	)
	found: dict[str, str] = ast.literal_eval(table)
	return found


def _used(root: Path) -> Iterator[tuple[str, int, str]]:
	"""Path, line and code of each use that can be read from the source."""
	for module in modules(root):
		for call in calls(module.tree):
			for value in _codes_of(call, module.path):
				yield from ((module.path, node.lineno, node.value) for node in _choices(value))


def _codes_of(call: ast.Call, path: str) -> list[ast.expr]:
	name = dotted(call.func).rpartition(".")[2]
	if name in FIRST:
		return call.args[:1]
	if name == "Problem" and path.startswith("rehearsal/"):
		return []
	if name == "Problem" and "imports" not in path and "import_" not in path:
		return call.args[:1]
	found = call.args[1:2] if name in SECOND and name != "PlannedStep" else call.args[3:4]
	if name in SECOND:
		return found
	if name in ("set_state", "_end", "insert_steps", "end_runs", "cancel_open"):
		return [word for word in (keyword(call, key) for key in KEYWORDS) if word is not None]
	return []


def _choices(value: ast.expr) -> Iterator[ast.Constant]:
	"""The texts that an expression can be: itself, or either side of `x if y else z`."""
	if isinstance(value, ast.IfExp):
		yield from _choices(value.body)
		yield from _choices(value.orelse)
	elif isinstance(value, ast.Constant) and is_text(value):
		yield value


CHECKS = {
	"known reasons": known,
	"used reasons": used,
	"reason placeholders": placeholders,
}
