"""The venv for what needs no bench: core and static tests, the rehearsal."""

import importlib.util
import os
import platform
import re
import shutil
import sys
from pathlib import Path

from tooling import checkout
from tooling.places import cache, locked, short_hash
from tooling.shell import Trouble, environment, find_program, run, say, step, user_name

OFFLINE = "Check the network, or point pip at a mirror (PIP_INDEX_URL, PIP_FIND_LINKS)."
IMPORT_NAMES = {"pyyaml": "yaml", "import-linter": "importlinter"}


def ready(*extras: str) -> str:
	"""The Python that has the extras of pyproject.toml: this one if it has them all, else a cached venv's."""
	needs = checkout.requirements(*extras)
	target = cache() / f"venv-{short_hash(platform.python_version(), *needs)}"
	python = target / "bin/python"
	if (target / "complete").exists():
		return str(python)
	if has_all(needs) and not (set(extras) - {"rehearsal"}):
		return sys.executable
	with locked(target.with_suffix(".lock")):
		if not (target / "complete").exists():
			try:
				_make(target, python, needs)
			except Trouble as trouble:
				if not has_all(needs):
					raise
				say(f"   {trouble.what} Using {sys.executable}, which has what is needed.")
				return sys.executable
	return str(python)


def _make(target: Path, python: Path, needs: list[str]) -> None:
	log = cache() / "logs" / f"{target.name}.log"
	env = environment(user_name())
	shutil.rmtree(target, ignore_errors=True)
	with step(f"Making a Python environment with {len(needs)} packages", log):
		uv = find_program("uv")
		try:
			run([sys.executable, "-m", "venv", target], "Making a venv", env=env, log=log)
			install = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
		except Trouble:
			if not uv:
				raise Trouble("python -m venv does not work.", "Install python3-venv, or uv.") from None
			run([uv, "venv", "--python", sys.executable, target], "Making a venv", env=env, log=log)
			install = [uv, "pip", "install", "--quiet", "--python", python]
		run([*install, *needs], "Installing the Python packages", OFFLINE, env=env, log=log)
	(target / "complete").write_text("\n".join(needs))


def has_all(needs: list[str]) -> bool:
	return all(importlib.util.find_spec(import_name(need)) for need in needs)


def import_name(need: str) -> str:
	name = re.split(r"[^A-Za-z0-9_.-]", need, maxsplit=1)[0].lower()
	if name.startswith("types-"):
		return "os"
	return IMPORT_NAMES.get(name, name.replace("-", "_"))


def variables(root: Path = checkout.ROOT) -> dict[str, str]:
	"""The environment for Python on the checkout itself: the package is found, and nothing is written into it."""
	return {
		"PYTHONPATH": os.pathsep.join([str(root / "apps" / checkout.APP), str(root)]),
		"PYTHONPYCACHEPREFIX": str(cache() / "pycache"),
		"HYPOTHESIS_STORAGE_DIRECTORY": str(cache() / "hypothesis"),
		"MYPY_CACHE_DIR": str(cache() / "mypy"),
		"RUFF_CACHE_DIR": str(cache() / "ruff"),
		"RUNBOOK_CHECKOUT": str(root),
	}
