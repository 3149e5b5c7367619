"""Going on as the owner of the bench, in a copy of the checkout, when root started the command."""

import os
from pathlib import Path

from tooling import checkout
from tooling.bench import Bench
from tooling.places import cache, locked, origin, short_hash
from tooling.shell import environment, home_of, stream

STAGED = "RUNBOOK_STAGED"  # set for the command that goes on


def folder(user: str) -> Path:
	return home_of(user) / ".cache/runbook-ops/staged" / short_hash(origin())


def result_file(bench: Bench) -> Path:
	return folder(bench.user) / f"results-{os.getpid()}.json"


def run_as_owner(bench: Bench, words: list[str], variables: dict[str, str] | None = None) -> int:
	return run_as(bench.user, str(bench.python), words, variables)


def run_as(user: str, python: str, words: list[str], variables: dict[str, str] | None = None) -> int:
	"""Run `./runbook WORDS` as `user`; the exit code is handed back."""
	with locked(cache() / f"staging-{short_hash(origin())}.lock"):
		copy = checkout.copy_to(folder(user), python, user)
	own = {"RUNBOOK_ORIGIN": origin(), STAGED: "1"}
	env = environment(user, **own, **(variables or {}))
	return stream([python, copy / "runbook", *words], env, copy, user=user)
