"""The files of a checkout as the checks read them: parsed once, generated and foreign ones left out."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

APP = Path("apps/runbook_ops/runbook_ops")
LEFT_OUT = {"node_modules", "dist", "build", "__pycache__"}


@dataclass(frozen=True)
class Module:
	"""A parsed Python file; `path` is relative to the app."""

	path: str
	text: str
	tree: ast.Module

	@property
	def top(self) -> str:
		"""The folder or file at the app's top that it belongs to: `api`, `core`, `install`."""
		return self.path.partition("/")[0].removesuffix(".py")


def files(folder: Path, *endings: str) -> Iterator[Path]:
	"""The files below a folder that have one of the endings, in order."""
	for path in sorted(folder.iterdir()) if folder.is_dir() else ():
		if path.is_symlink() or path.name.startswith(".") or path.name in LEFT_OUT:
			continue
		if path.is_dir():
			yield from files(path, *endings)
		elif path.suffix in endings:
			yield path


def modules(root: Path) -> list[Module]:
	"""The app's Python files, parsed."""
	app = root / APP
	return [
		_parsed(path, path.relative_to(app).as_posix(), path.stat().st_mtime_ns) for path in files(app, ".py")
	]


@lru_cache(maxsize=2000)
def _parsed(path: Path, name: str, _changed: int) -> Module:
	text = path.read_text(encoding="utf-8")
	return Module(name, text, ast.parse(text))


def dotted(node: ast.AST) -> str:
	"""`frappe.db.sql` for such an expression; what is not a name or attribute shows as `?`."""
	if isinstance(node, ast.Name):
		return node.id
	if isinstance(node, ast.Attribute):
		return f"{dotted(node.value)}.{node.attr}"
	return "?"


def calls(tree: ast.AST) -> Iterator[ast.Call]:
	"""All calls in a tree."""
	return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def keyword(call: ast.Call, name: str) -> ast.expr | None:
	"""The value of a call's keyword argument."""
	return next((word.value for word in call.keywords if word.arg == name), None)


def functions(tree: ast.Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
	"""All functions in a module."""
	return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def is_text(node: ast.AST | None) -> bool:
	"""Whether it is a plain string in the source."""
	return isinstance(node, ast.Constant) and isinstance(node.value, str)
