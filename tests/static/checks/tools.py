"""The tools that others wrote: ruff, mypy and import-linter, run on a checkout."""

import subprocess
import sys
from pathlib import Path

MYPY = "from mypy.__main__ import console_entry; console_entry()"
LINT_IMPORTS = """
import sys
sys.path[:0] = ["apps/runbook_ops"]
from importlinter.cli import lint_imports
sys.exit(lint_imports(no_cache=True))
"""


def ruff(root: Path) -> list[str]:
	return _findings([sys.executable, "-m", "ruff", "check", "--output-format=concise", "."], root)


def ruff_format(root: Path) -> list[str]:
	found = _findings([sys.executable, "-m", "ruff", "format", "--check", "."], root)
	return [line.strip() for line in found if "Would reformat:" in line or "-->" in line] or found


def mypy(root: Path) -> list[str]:
	return _findings([sys.executable, "-c", MYPY], root)


def import_linter(root: Path) -> list[str]:
	return _findings([sys.executable, "-c", LINT_IMPORTS], root)


def _findings(command: list[str], root: Path) -> list[str]:
	done = subprocess.run(command, cwd=root, capture_output=True, text=True, timeout=120, check=False)
	return (done.stdout + done.stderr).splitlines() or ["it failed without a word"] if done.returncode else []


CHECKS = {
	"ruff": ruff,
	"ruff format": ruff_format,
	"mypy": mypy,
	"import-linter": import_linter,
}
