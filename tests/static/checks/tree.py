"""The repository itself: file lengths, test files that test, paths of one machine, links of the documents."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.static.checks.source import files

MOST_LINES = {"hooks.py": 150}
MOST_LINES_ELSEWHERE = 400
CODE = (".py", ".js", ".css")
TEXT = (*CODE, ".cfg", ".csv", ".html", ".jinja", ".json", ".md", ".sh", ".toml", ".txt", ".yaml", ".yml")
MACHINE = re.compile(r"(?<![\w.])/(?:work|root|Users|home/(?!frappe\b))(?:/[\w.-]+)+")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCED = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)


def lengths(root: Path) -> list[str]:
	"""No file is longer than a person reads."""
	found = []
	for path in files(root, *CODE):
		lines = len(path.read_text(encoding="utf-8").splitlines())
		most = MOST_LINES.get(path.name, MOST_LINES_ELSEWHERE)
		if lines > most:
			found.append(f"{path.relative_to(root)}: {lines} lines, at most {most}")
	return found


def empty_tests(root: Path) -> list[str]:
	"""A file that is named as a test has one."""
	return [
		f"{path.relative_to(root)}: no test in it"
		for path in files(root / "tests", ".py")
		if path.name.startswith("test_") and not _has_test(path)
	]


def machine_paths(root: Path) -> list[str]:
	"""No path of the machine that something was written on."""
	return [
		f"{path.relative_to(root)}: {match[0]}"
		for path in _texts(root)
		for match in MACHINE.finditer(path.read_text(encoding="utf-8"))
	]


def links(root: Path) -> list[str]:
	"""The documents' links lead to files and headings that are there."""
	found = []
	for path in files(root, ".md"):
		for target in LINK.findall(FENCED.sub("", path.read_text(encoding="utf-8"))):
			name, _, heading = target.partition("#")
			if ":" in name:
				continue
			to = (path.parent / name) if name else path
			if not to.exists():
				found.append(f"{path.relative_to(root)}: {target} is not there")
			elif heading and to.suffix == ".md" and heading not in _headings(to):
				found.append(f"{path.relative_to(root)}: {target} names no heading")
	return found


def _texts(root: Path) -> Iterator[Path]:
	yield from files(root, *TEXT)
	yield from files(root / ".ci", "")
	yield from (path for path in (root / "runbook", root / ".importlinter") if path.is_file())


def _has_test(path: Path) -> bool:
	tree = ast.parse(path.read_text(encoding="utf-8"))
	names = (node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
	machines = (ast.unparse(node) for node in tree.body if isinstance(node, ast.Assign))
	return any(name.startswith("test_") for name in names) or any(".TestCase" in text for text in machines)


def _headings(path: Path) -> set[str]:
	lines = FENCED.sub("", path.read_text(encoding="utf-8")).splitlines()
	titles = (line.lstrip("#").strip().lower() for line in lines if line.startswith("#"))
	return {re.sub(r"[^\w\- ]", "", title).replace(" ", "-") for title in titles}


CHECKS = {
	"file lengths": lengths,
	"empty test files": empty_tests,
	"machine paths": machine_paths,
	"links": links,
}
