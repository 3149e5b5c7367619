"""Names in strings: what hooks, patches, queued jobs and form scripts call is there, found without importing Frappe."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.static.checks.source import APP, dotted, files, is_text, modules

PACKAGE = "runbook_ops"
DOTTED = re.compile(rf"{PACKAGE}(\.\w+)+")
IN_SCRIPTS = re.compile(rf"""["'`]({PACKAGE}(?:\.\w+)+)["'`]""")
CONSTANT = re.compile(rf"""const (\w+) = ["'`]({PACKAGE}(?:\.\w+)+)["'`]""")
AFTER = re.compile(r"`\$\{(\w+)\}\.([^`]+)`")
ASSET = re.compile(rf"/assets/{PACKAGE}/([\w./-]+)")
LONG_NAME = f"{PACKAGE}.{PACKAGE}"
Tops = dict[str, dict[str, ast.stmt]]
SCRIPTS = (".js", ".ts", ".vue", ".html", ".json")


def python_paths(root: Path) -> list[str]:
	"""Dotted paths in the app's Python: hooks, jobs, log names that look like one."""
	tops = _tops(root)
	return [
		f"{APP}/{module.path}:{node.lineno}: nothing is called {node.value}"
		for module in modules(root)
		for node in ast.walk(module.tree)
		if isinstance(node, ast.Constant) and is_text(node) and DOTTED.fullmatch(node.value)
		if node.value != LONG_NAME and not _resolves(tops, node.value)
	]


def script_paths(root: Path) -> list[str]:
	"""Dotted paths in scripts and records; what a script calls is whitelisted."""
	found, tops = [], _tops(root)
	for path, text in _texts(root, SCRIPTS):
		for name in _called(text):
			if "$" in name:
				found.append(f"{path}: {name} is known only when it runs; write the path in full")
			elif not _resolves(tops, name):
				found.append(f"{path}: nothing is called {name}")
			elif path.suffix != ".json" and not _is_whitelisted(tops, name):
				found.append(f"{path}: {name} is not whitelisted")
	return found


def patches(root: Path) -> list[str]:
	"""Each patch is a module with a function `execute`, and its file is listed."""
	listed = [
		line.split()[0]
		for line in (root / APP / "patches.txt").read_text().splitlines()
		if line.strip() and not line.startswith(("[", "#", "execute:"))
	]
	tops = _tops(root)
	found = [
		f"patches.txt: {name} has no execute()" for name in listed if not _resolves(tops, f"{name}.execute")
	]
	for path in files(root / APP / "patches", ".py"):
		name = ".".join((PACKAGE, *path.relative_to(root / APP).with_suffix("").parts))
		if path.name != "__init__.py" and name not in listed:
			found.append(f"patches.txt: {name} is not listed")
	return found


def assets(root: Path) -> list[str]:
	"""The files that hooks name are in public/."""
	text = (root / APP / "hooks.py").read_text()
	return [
		f"hooks.py: public/{match[1]} is missing"
		for match in ASSET.finditer(text)
		if not (root / APP / "public" / match[1]).is_file()
	]


def long_name(root: Path) -> list[str]:
	"""Only Frappe uses the long name of the package."""
	return [
		f"{path}: {LONG_NAME} is Frappe's name for us; write {PACKAGE}"
		for path, text in _texts(root, (".py", ".txt", ".yaml", *SCRIPTS))
		if path != APP / "__init__.py" and re.search(rf"\b{PACKAGE}\.{PACKAGE}\b", text)
	]


def _texts(root: Path, endings: tuple[str, ...]) -> Iterator[tuple[Path, str]]:
	for path in files(root / APP, *endings):
		yield path.relative_to(root), path.read_text(encoding="utf-8")


def _called(text: str) -> list[str]:
	"""The paths that a script calls; what follows a constant for a module, `${API}.book`, is put together."""
	modules_of = dict(CONSTANT.findall(text))
	whole = [name for name in IN_SCRIPTS.findall(text) if name not in modules_of.values()]
	return whole + [f"{modules_of[name]}.{rest}" for name, rest in AFTER.findall(text) if name in modules_of]


def _resolves(tops: Tops, name: str) -> bool:
	"""Whether it is a module of the app, or a name at the top of one."""
	module, _, last = name.rpartition(".")
	return name in tops or last in tops.get(module, {})


def _is_whitelisted(tops: Tops, name: str) -> bool:
	module, _, last = name.rpartition(".")
	node = tops.get(module, {}).get(last)
	return any("whitelist" in ast.unparse(decorator) for decorator in getattr(node, "decorator_list", ()))


def _tops(root: Path) -> Tops:
	"""Module -> the names at its top -> their statements."""
	found = {}
	for module in modules(root):
		parts = module.path.removesuffix(".py").removesuffix("/__init__").split("/")
		name = ".".join((PACKAGE, *(part for part in parts if part != "__init__")))
		found[name] = {top: node for node in module.tree.body for top in _names(node)}
	return found


def _names(node: ast.stmt) -> list[str]:
	if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
		return [node.name]
	if isinstance(node, ast.Assign):
		return [dotted(target) for target in node.targets]
	return [dotted(node.target)] if isinstance(node, ast.AnnAssign) else []


CHECKS = {
	"dotted paths in Python": python_paths,
	"dotted paths in scripts": script_paths,
	"patches": patches,
	"assets": assets,
	"long name": long_name,
}
