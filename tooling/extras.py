"""The Python packages that the app and its tests need in the bench's own environment."""

import re
from pathlib import Path

from tooling import checkout
from tooling.bench import Bench
from tooling.places import locked
from tooling.shell import Trouble, find_program, home_of, run, step
from tooling.venv import OFFLINE

TESTS = ("test", "browser")
"""The extras of pyproject.toml that tests and benchmarks on a bench use."""


def missing(bench: Bench, *extras: str) -> list[str]:
	"""What of the app's own dependencies and of these extras the bench's Python does not have."""
	needs = [*checkout.dependencies(), *checkout.requirements(*extras)]
	names = [re.split(r"[^A-Za-z0-9_.-]", need, maxsplit=1)[0] for need in needs]
	code = "import importlib.metadata as m,sys\nfor n in sys.argv[1:]:\n\ttry: m.version(n)\n\texcept Exception: print(n)"
	absent = run([bench.python, "-c", code, *names], "Asking the bench's Python", user=bench.user).split()
	return [need for need, name in zip(needs, names, strict=True) if name in absent]


def install(bench: Bench, *extras: str) -> None:
	"""Install what is missing; what is there keeps its version."""
	needs = missing(bench, *extras)
	if not needs:
		return
	if bench.user != bench.owner:
		raise Trouble(
			f"The bench's Python lacks {', '.join(needs)}.",
			f"Run this as {bench.owner} or as root, or install them there: {bench.python} -m pip install ...",
		)
	cache = home_of(bench.user) / ".cache/runbook-ops"
	log = cache / "logs" / "bench-packages.log"
	with locked(cache / "bench-packages.lock"):
		needs = missing(bench, *extras)
		if not needs:
			return
		uv = bench.program and Path(bench.program).with_name("uv")
		uv = str(uv) if uv and uv.exists() else find_program("uv")
		command = (
			[uv, "pip", "install", "--python", bench.python] if uv else [bench.python, "-m", "pip", "install"]
		)
		with step(f"Installing {', '.join(needs)} in the bench", log):
			run(
				[*command, *needs],
				"Installing Python packages in the bench",
				OFFLINE,
				env=bench.environment(),
				log=log,
			)
