"""`./runbook test`: which part runs where, and what is said at the end."""

import json
import os
import sys
import tempfile
import time
import xml.etree.ElementTree as tree
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from tooling import assets, bench, checkout, extras, stack, staging, venv
from tooling.shell import Trouble, complain, environment, say, spawn, stop, stream, user_name

PARTS = {
	"core": ("tests/core", "tests/rehearsal"),
	"static": ("tests/static",),
	"site": ("tests/site",),
	"browser": ("tests/browser",),
	"faults": ("tests/faults",),
}
BENCH_PARTS = ("site", "browser", "faults")
NOTHING_COLLECTED = 5
RESULTS = "RUNBOOK_RESULTS"
NIGHTLY = "RUNBOOK_NIGHTLY"
PYTEST = ("-m", "pytest", "-p", "no:cacheprovider", "--durations=8", "--durations-min=5")


@dataclass
class Options:
	parts: tuple[str, ...] = ()
	arguments: tuple[str, ...] = ()
	bench: str | None = None
	user: str | None = None
	keep: bool = False
	reuse: bool = False
	nightly: bool = False
	stack: str = "default"


@dataclass
class Result:
	part: str
	state: str  # passed, failed, empty (no test files), not run
	text: str
	seconds: float = 0.0


FLAGS = ("--keep", "--reuse", "--nightly")
VALUES = ("--bench", "--user", "--stack")


def parse(words: list[str]) -> Options:
	"""Our own words and options, wherever they stand; all the rest is pytest's, and all that follows `--`."""
	split = words.index("--") if "--" in words else len(words)
	options, rest, parts, foreign = Options(), list(words[:split]), [], []
	while rest:
		word = rest.pop(0)
		name, _, value = word.partition("=")
		if word in PARTS and not foreign:
			parts.append(word)
		elif word in FLAGS:
			setattr(options, word[2:], True)
		elif name in VALUES:
			if not value and not rest:
				raise Trouble(f"{name} needs a value.", "See ./runbook test --help.")
			setattr(options, name[2:], value or rest.pop(0))
			options.reuse |= name == "--stack"
		else:
			foreign.append(word)
	options.parts = tuple(dict.fromkeys(parts)) or tuple(PARTS)
	options.arguments = (*foreign, *words[split + 1 :])
	return options


def main(words: list[str]) -> int:
	options = parse(words)
	if options.nightly:
		os.environ[NIGHTLY] = "1"  # handed on to every process of the run
	told_to = os.environ.pop(RESULTS, None)
	results = run_parts(options.parts, options) if told_to else run_in_lanes(options)
	if told_to:
		Path(told_to).write_text(json.dumps([asdict(result) for result in results]))
		return 0
	return summary(results)


BESIDE = ("core", "static", "browser")
"""Together about as long as the tests of the site."""


def run_in_lanes(options: Options) -> list[Result]:
	"""The site's tests beside those before and after them, each on a test site of its own; the fault tests last, with the machine to themselves."""
	first = [part for part in options.parts if part not in (*BESIDE, "faults")]
	if not first or "browser" not in options.parts or options.keep or options.reuse:
		return run_parts(options.parts, options)
	try:
		found = bench.find(options.bench, options.user) or make_bench(options)
	except Trouble:
		return run_parts(options.parts, options)
	options.bench = str(found.path)
	with beside([part for part in options.parts if part in BESIDE], options) as others:
		results = [*run_parts(first, options), *others()]
	results += run_parts([part for part in options.parts if part == "faults"], options)
	return sorted(results, key=lambda result: options.parts.index(result.part))


@contextmanager
def beside(parts: Sequence[str], options: Options):
	"""Run parts in a process of its own meanwhile; yields a call that waits, prints what it said and gives their results."""
	with tempfile.TemporaryDirectory() as folder:
		log, report = Path(folder) / "log", Path(folder) / "results"
		words = ["test", *parts, f"--bench={options.bench}"]
		words += [f"--user={options.user}"] if options.user else []
		command = [sys.executable, checkout.ROOT / "runbook", *words, "--", *options.arguments]
		child = spawn(command, log, {**os.environ, RESULTS: str(report)}, checkout.ROOT, tied=True)

		def results() -> list[Result]:
			code = child.wait()
			say(log.read_text(errors="replace"))
			try:
				return [Result(**row) for row in json.loads(report.read_text())]
			except (OSError, ValueError):
				return [Result(part, "failed", f"its run ended with code {code}") for part in parts]

		try:
			yield results
		finally:
			stop(child.pid, patience=60)


def run_parts(parts: Sequence[str], options: Options) -> list[Result]:
	"""One after the other."""
	results = [run_host_part(part, options) for part in parts if part not in BENCH_PARTS]
	on_bench = [part for part in parts if part in BENCH_PARTS]
	return results + (run_bench_parts(on_bench, options) if on_bench else [])


def summary(results: list[Result]) -> int:
	say()
	for result in results:
		text = "see below" if result.state == "not run" else f"{result.text} ({result.seconds:.0f} s)"
		say(f"{result.part:8} {result.state:8} {text}")
	failed = any(r.state == "failed" for r in results)
	missed = [r for r in results if r.state == "not run"]
	if missed:
		names = ", ".join(r.part for r in missed)
		say(f"\nNOT RUN: {names}. {missed[0].text}")
		say("The parts named above are untested here.")
	return 1 if failed or (missed and is_ci()) else 0


def is_ci() -> bool:
	return os.environ.get("CI", "").lower() in ("1", "true", "yes")


# -- one part


def folders(part: str, root: Path) -> list[str]:
	"""The folders of a part that hold tests."""
	return [name for name in PARTS[part] if any((root / name).rglob("test_*.py"))]


def pytest(part: str, python: str, root: Path, env: dict, arguments: tuple[str, ...]) -> Result:
	where = folders(part, root)
	if not where:
		return Result(part, "empty", "no tests yet")
	named = [a for a in arguments if not a.startswith("-") and (root / a.partition("::")[0]).exists()]
	say(f"\n== {part} tests")
	start = time.monotonic()
	with tempfile.TemporaryDirectory() as folder:
		report = Path(folder) / "report.xml"
		command = [python, *PYTEST, f"--junitxml={report}", *([] if named else where), *arguments]
		code = stream(command, env, root)
		text = counts(report)
	if code == NOTHING_COLLECTED:
		return Result(part, "failed", "pytest found no test to run", time.monotonic() - start)
	return Result(part, "failed" if code else "passed", text, time.monotonic() - start)


def counts(report: Path) -> str:
	"""How many tests passed, failed and were skipped, from pytest's own report."""
	try:
		suites = list(tree.parse(report).getroot().iter("testsuite"))
	except (OSError, tree.ParseError):
		return "no report from pytest"
	sums = {k: sum(int(s.get(k, 0)) for s in suites) for k in ("tests", "failures", "errors", "skipped")}
	bad = sums["failures"] + sums["errors"]
	words = [f"{sums['tests'] - bad - sums['skipped']} passed"]
	words += [f"{bad} failed"] if bad else []
	words += [f"{sums['skipped']} skipped"] if sums["skipped"] else []
	return ", ".join(words)


def run_host_part(part: str, options: Options) -> Result:
	if not folders(part, checkout.ROOT):
		return Result(part, "empty", "no tests yet")
	try:
		python = host_python(part, options)
	except Trouble as trouble:
		complain(trouble)
		return Result(part, "failed", str(trouble))
	env = environment(user_name(), (str(Path(python).parent),), **venv.variables())
	return pytest(part, python, checkout.ROOT, env, options.arguments)


def host_python(part: str, options: Options) -> str:
	"""The cached venv's Python; where it cannot be made, the core tests do with a bench's that has their packages."""
	try:
		return venv.ready("test", "lint")
	except Trouble:
		found = bench.find(options.bench, options.user) if part == "core" else None
		if found is None or extras.missing(found, "test"):
			raise
		say(f"   No packages can be fetched: using the bench's Python, {found.python}")
		return str(found.python)


# -- the parts that need a bench


def run_bench_parts(parts: list[str], options: Options) -> list[Result]:
	if not any(folders(part, checkout.ROOT) for part in parts) and not options.keep:
		return [Result(part, "empty", "no tests yet") for part in parts]
	try:
		found = bench.find(options.bench, options.user) or make_bench(options)
	except Trouble as trouble:
		complain(trouble)
		return [Result(part, "not run", str(trouble)) for part in parts]
	try:
		if found.user != user_name():
			return as_bench_user(found, parts, options)
		with the_stack(found, options) as running:
			return [run_bench_part(part, running, options) for part in parts]
	except Trouble as trouble:
		complain(trouble)
		return [Result(part, "failed", str(trouble)) for part in parts]


def make_bench(options: Options):
	from tooling import install

	say("No bench found in the usual places: making one.")
	return install.make_for_tests(options.user)


def as_bench_user(found: bench.Bench, parts: list[str], options: Options) -> list[Result]:
	"""Run them as the owner of the bench, in a copy of this checkout that it can read."""
	words = ["test", *parts, f"--bench={found.path}", f"--stack={options.stack}"] if options.reuse else None
	words = words or ["test", *parts, f"--bench={found.path}"]
	words += ["--keep"] if options.keep else []
	results = staging.result_file(found)
	code = staging.run_as_owner(found, [*words, "--", *options.arguments], {RESULTS: str(results)})
	try:
		return [Result(**row) for row in json.loads(results.read_text())]
	except (OSError, ValueError):
		return [Result(part, "failed", f"the run as {found.user} ended with code {code}") for part in parts]


@contextmanager
def the_stack(found: bench.Bench, options: Options):
	extras.install(found, *extras.TESTS)
	if not (options.keep or options.reuse):
		with stack.passing(found) as passing:
			passing.bring_up()
			yield passing
		return
	kept = stack.kept(found, options.stack)
	with stack.locked(kept.root.with_suffix(".lock")):
		if options.keep:
			kept.forget()
		kept.bring_up()
	yield kept
	words = "" if options.stack == "default" else f" --stack {options.stack}"
	say(
		f"\nThe test site stays up. Again: ./runbook test site --reuse{words}. Stop it: ./runbook down --tests"
	)


def run_bench_part(part: str, running: stack.Stack, options: Options) -> Result:
	if not folders(part, running.checkout):
		return Result(part, "empty", "no tests yet")
	assets.build_for_tests(running, part)
	if part != "site":
		running.start_web(part)
	env = running.environment()
	return pytest(part, str(running.bench.python), running.checkout, env, options.arguments)
