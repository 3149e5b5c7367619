"""The words of `./runbook`: parsing, help, and which module does the work."""

import argparse
import signal
import sys

from tooling.shell import Trouble, complain, say

HELP = """\
usage: ./runbook COMMAND [options]

  up           install what is missing, start everything, run a demo booking's whole trail
  down         stop what `up` started
  doctor       tell what is right and what is wrong with this installation; changes nothing
  rehearse     run the chain on a simulated clock: needs Python only, no site, no database
  test         run the tests; parts: core, static, site, browser, faults
  bench        run the benchmarks on the test site
  import-salon import the salon's files into a site
  run          run a command on the test site that stays up (see test --reuse)
  shell-env    print the environment of that test site, to be sourced by a shell

./runbook COMMAND --help tells more.
"""

TEST_HELP = """\
usage: ./runbook test [core|static|site|browser|faults ...] [options] [pytest arguments]

Without a part: all of them. core and static run anywhere; site, browser and faults need a bench (it is found in
the usual places, or named by --bench or $BENCH). They run on a private MariaDB, private Redis and a test site of
their own, restored from a cached snapshot; your own sites are not touched. All of it is removed at the end.

  --reuse        use the test site that stays up, bring it up if need be, and leave it up: seconds instead of
                 a minute. The checkout is copied again each time; when what the app installs has changed
                 (doctypes, hooks, custom fields) the site is restored and the app installed afresh.
  --nightly      the long tier: more seeds, more examples, more kills; hours instead of minutes
  --keep         start from a fresh site, and leave it up for --reuse
  --stack NAME   as --reuse, on a test site of that name: one for each person who works in this checkout
  --bench PATH   the bench to use           --user NAME   look for the bench of this user first

Examples:
  ./runbook test core -k timeline
  ./runbook test site --reuse tests/site/test_claims.py -x
  ./runbook test erpnext     ERPNext's own tests of Sales Invoice and Payment Entry, without the app and with it: which fail only
                             with it. Not part of a run without words; half an hour
Stop a site that stays up: ./runbook down --stack NAME; all of this checkout: ./runbook down --tests
"""

BENCH_HELP = """\
usage: ./runbook bench [NAME ...] [--json] [--quick]

Runs benchmarks/ on a private test site, made for it and removed afterwards, with a database as it is installed: on the
disk, flushed at every commit. A row a question, with figure, goal, and whether it was met. Exit code 1 when a goal is
missed. The bench is found as for the tests, or named by $BENCH.

  NAME     only these questions, for example confirm, effect, tick, slots_growth, salon_import
  --json   the rows as JSON
  --quick  tiny sizes, to see that the questions run; no goal counts
"""


def main(words: list[str]) -> int:
	"""Run one command; the exit code: 0 fine, 1 not, 2 wrong usage, 130 interrupted."""
	if not words or words[0] in ("-h", "--help", "help"):
		say(HELP)
		return 0 if words else 2
	command, rest = words[0], words[1:]
	signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
	try:
		if command not in COMMANDS:
			raise Trouble(f"There is no command {command!r}.", "See ./runbook --help.")
		return COMMANDS[command](rest)
	except Trouble as trouble:
		complain(trouble)
		return 1
	except KeyboardInterrupt:
		sys.stderr.write("\nrunbook: interrupted\n")
		return 130


def _help_asked(words: list[str], text: str) -> bool:
	own = words[: words.index("--")] if "--" in words else words
	if "-h" in own or "--help" in own:
		say(text)
		return True
	return False


def test(words: list[str]) -> int:
	from tooling import erpnext_suites, testing

	if _help_asked(words, TEST_HELP):
		return 0
	return erpnext_suites.main(words[1:]) if words[:1] == ["erpnext"] else testing.main(words)


def _kept_parser(name: str, what: str) -> argparse.ArgumentParser:
	parser = argparse.ArgumentParser(prog=f"./runbook {name}", description=what)
	parser.add_argument(
		"--stack", default="default", metavar="NAME", help="which test site (default: default)"
	)
	parser.add_argument("--bench", metavar="PATH", help="the bench to use")
	return parser


def shell_env(words: list[str]) -> int:
	from tooling import kept

	parser = _kept_parser("shell-env", "Print the environment of the test site that stays up (test --reuse).")
	options = parser.parse_args(words)
	return kept.print_environment(options.bench, options.stack)


def run_on_site(words: list[str]) -> int:
	from tooling import kept

	parser = _kept_parser("run", "Run a command on the test site that stays up, as the owner of the bench.")
	parser.add_argument(
		"words", nargs=argparse.REMAINDER, metavar="COMMAND", help="for example: python -m pytest"
	)
	options = parser.parse_args(words)
	return kept.run_command(options.bench, options.stack, [w for w in options.words if w != "--"])


def bench(words: list[str]) -> int:
	from tooling import kept

	return 0 if _help_asked(words, BENCH_HELP) else kept.benchmarks(words)


def down(words: list[str]) -> int:
	from tooling import kept

	parser = argparse.ArgumentParser(
		prog="./runbook down", description="Stop what `up` started, and only that."
	)
	parser.add_argument("--bench", metavar="PATH", help="the bench to use")
	parser.add_argument("--tests", action="store_true", help="stop the test sites that stay up instead")
	parser.add_argument("--stack", metavar="NAME", help="only the test site of that name")
	options = parser.parse_args(words)
	if options.tests or options.stack:
		return kept.stop_tests(options.bench, options.stack)
	return kept.stop_services(options.bench)


def up(words: list[str]) -> int:
	from tooling import up

	return up.main(words)


def doctor(words: list[str]) -> int:
	from tooling import doctor

	return doctor.main(words)


def rehearse(words: list[str]) -> int:
	from tooling import rehearse

	return rehearse.main(words)


def import_salon(words: list[str]) -> int:
	from tooling import salon

	return salon.main(words)


def make_bench(words: list[str]) -> int:
	"""Not in the help: the part of `test` that goes on as the owner of the bench to be."""
	from pathlib import Path

	from tooling import install
	from tooling.sources import Sources

	path, frappe, erpnext = words
	install.ensure_bench(Path(path), Sources.chosen(frappe, erpnext))
	return 0


COMMANDS = {
	"up": up,
	"down": down,
	"doctor": doctor,
	"rehearse": rehearse,
	"test": test,
	"bench": bench,
	"import-salon": import_salon,
	"run": run_on_site,
	"shell-env": shell_env,
	"make-bench": make_bench,
}
