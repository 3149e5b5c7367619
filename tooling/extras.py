"""The Python packages that the tests need in the bench's own environment."""

import re
from pathlib import Path

from tooling import checkout
from tooling.bench import Bench
from tooling.places import locked
from tooling.shell import Trouble, find_program, home_of, run, step
from tooling.venv import OFFLINE

EXTRAS = ("test", "browser")


def missing(bench: Bench) -> list[str]:
	needs = checkout.requirements(*EXTRAS)
	names = [re.split(r"[^A-Za-z0-9_.-]", need, maxsplit=1)[0] for need in needs]
	code = "import importlib.metadata as m,sys\nfor n in sys.argv[1:]:\n\ttry: m.version(n)\n\texcept Exception: print(n)"
	absent = run([bench.python, "-c", code, *names], "Asking the bench's Python", user=bench.user).split()
	return [need for need, name in zip(needs, names, strict=True) if name in absent]


def install(bench: Bench) -> None:
	"""Install what is missing; what is there keeps its version."""
	if not missing(bench):
		return
	if bench.user != bench.owner:
		raise Trouble(
			f"The bench's Python lacks {', '.join(missing(bench))}.",
			f"Run this as {bench.owner} or as root, or install them there: {bench.python} -m pip install ...",
		)
	cache = home_of(bench.user) / ".cache/runbook-ops"
	log = cache / "logs" / "bench-packages.log"
	with locked(cache / "bench-packages.lock"):
		needs = missing(bench)
		if not needs:
			return
		uv = bench.program and Path(bench.program).with_name("uv")
		uv = str(uv) if uv and uv.exists() else find_program("uv")
		command = (
			[uv, "pip", "install", "--python", bench.python] if uv else [bench.python, "-m", "pip", "install"]
		)
		with step(f"Installing {', '.join(needs)} for the tests", log):
			run([*command, *needs], "Installing the test packages", OFFLINE, env=bench.environment(), log=log)
