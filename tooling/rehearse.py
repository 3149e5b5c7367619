"""`./runbook rehearse`: the chain on a simulated clock, with Python only."""

from tooling import checkout, venv
from tooling.shell import environment, stream, user_name


def main(words: list[str]) -> int:
	"""Run the rehearsal in an environment that has its two packages."""
	python = venv.ready("rehearsal")
	env = environment(user_name(), **venv.variables(checkout.ROOT))
	return stream([python, "-m", "runbook_ops.rehearsal", *words], env, ".")
