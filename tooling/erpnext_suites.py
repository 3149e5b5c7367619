"""`./runbook test erpnext`: ERPNext's own tests of what we post, on a site without the app and on one with it, and which fail only with it."""

import re
from dataclasses import dataclass, field
from pathlib import Path

from tooling import bench, extras, staging
from tooling.places import TEST_SITE, cache
from tooling.shell import Trouble, say, spawn, step, user_name
from tooling.stack import Stack, passing

DOCTYPES = ("Sales Invoice", "Payment Entry")
BROKEN = re.compile(r"^(?:FAIL|ERROR): (.+)$", re.MULTILINE)
RAN = re.compile(r"^Ran (\d+) tests? in ([\d.]+)s", re.MULTILINE)


@dataclass(frozen=True)
class Suite:
	"""One run of a suite: how many tests, how long, and those that did not pass."""

	tests: int
	seconds: float
	broken: frozenset[str] = field(default_factory=frozenset)

	@property
	def text(self) -> str:
		"""The counts."""
		return f"{self.tests} tests, {len(self.broken)} not passed, {self.seconds:.0f} s"


def main(words: list[str]) -> int:
	"""Run the suites of the DocTypes that are named, else of both; 1 when a test fails only with the app."""
	found = bench.find(None)
	if not found:
		raise Trouble(
			"No bench found in the usual places.", "Make one with ./runbook up, or name it in $BENCH."
		)
	if found.user != user_name():
		return staging.run_as_owner(found, ["test", "erpnext", *words], {"BENCH": str(found.path)})
	extras.install(found, *extras.TESTS)
	doctypes = [name for name in DOCTYPES if not words or name in words]
	if not doctypes:
		raise Trouble(f"There is no suite {words[0]!r} here.", f"Name one of: {', '.join(DOCTYPES)}.")
	runs = {with_app: _run_all(found, doctypes, with_app) for with_app in (False, True)}
	return _compare(doctypes, runs)


def _run_all(found: bench.Bench, doctypes: list[str], with_app: bool) -> dict[str, Suite]:
	with passing(found) as stack:
		stack.bring_up(with_app)
		return {doctype: _run(stack, doctype, with_app) for doctype in doctypes}


def _run(stack: Stack, doctype: str, with_app: bool) -> Suite:
	log = (
		cache()
		/ "logs"
		/ f"erpnext-{doctype.replace(' ', '-').lower()}-{'with' if with_app else 'without'}.log"
	)
	log.unlink(missing_ok=True)
	with step(f"ERPNext's tests of {doctype} {'with' if with_app else 'without'} the app"):
		command = [stack.bench.python, stack.checkout / "tests/erpnext/suite.py", TEST_SITE, doctype]
		spawn(command, log, stack.environment(), stack.sites, tied=True).wait()
	suite = read(log)
	say(f"   {suite.text}; {log}")
	return suite


def read(log: Path) -> Suite:
	"""The counts and names from what unittest has printed."""
	text = log.read_text(errors="replace")
	ran = RAN.search(text)
	if not ran:
		raise Trouble("The suite did not run to its end.", text[-2000:])
	return Suite(int(ran[1]), float(ran[2]), frozenset(BROKEN.findall(text)))


def _compare(doctypes: list[str], runs: dict[bool, dict[str, Suite]]) -> int:
	worse = False
	for doctype in doctypes:
		without, own = runs[False][doctype], runs[True][doctype]
		say(f"\n{doctype}\n   without the app  {without.text}\n   with the app     {own.text}")
		for name in sorted(without.broken & own.broken):
			say(f"   fails in both            {name}")
		for name in sorted(without.broken - own.broken):
			say(f"   fails only without it    {name}")
		for name in sorted(own.broken - without.broken):
			say(f"   FAILS ONLY WITH THE APP  {name}")
		worse |= bool(own.broken - without.broken) or own.tests != without.tests
	return int(worse)
