"""Which questions are asked, in which order, and how is the answer told? `python -m benchmarks [NAME ...] [--json]`."""

import argparse
import sys
from collections.abc import Callable, Sequence

from benchmarks import (
	board_sql,
	checkout,
	claim_growth,
	confirm,
	confirmation,
	effects,
	redeem,
	replan_sql,
	report,
	salon_import,
	site,
	slots_core,
	slots_growth,
	slots_site,
	tick,
	unwatched_save,
)
from benchmarks.report import Row

Question = Callable[[bool], list[Row]]

QUESTIONS: dict[str, Question] = {
	"confirm": confirm.measure,
	"effects": effects.measure,
	"tick": tick.measure,
	"replan_sql": replan_sql.measure,
	"confirmation": confirmation.measure,
	"slots_growth": slots_growth.measure,
	"slots_core": slots_core.measure,
	"slots_site": slots_site.measure,
	"claim_growth": claim_growth.measure,
	"board_sql": board_sql.measure,
	"salon_import": salon_import.measure,
	"redeem": redeem.measure,
	"checkout": checkout.measure,
	"unwatched_save": unwatched_save.measure,
}


def main(words: Sequence[str]) -> int:
	"""Ask the questions; 0 when every goal is met, 1 when one is missed, 2 for wrong usage."""
	parser = argparse.ArgumentParser(prog="./runbook bench", description="Benchmarks on a private test site.")
	parser.add_argument(
		"names", nargs="*", metavar="NAME", help=f"{', '.join(QUESTIONS)} (default: all of them)"
	)
	parser.add_argument("--json", action="store_true", help="the rows as JSON")
	parser.add_argument(
		"--quick", action="store_true", help="tiny sizes, to see that the questions run; no goal counts"
	)
	options = parser.parse_args(words)
	unknown = [name for name in options.names if name not in QUESTIONS]
	if unknown:
		parser.error(f"there is no question {', '.join(unknown)}; there are: {', '.join(QUESTIONS)}")
	try:
		site.connect()
	except site.NoSite as missing:
		parser.error(str(missing))
	rows = [
		row for name in QUESTIONS if name in (options.names or QUESTIONS) for row in _ask(name, options.quick)
	]
	report.progress(f"database: {site.durability()}")
	sys.stdout.write(f"{report.as_json(rows) if options.json else report.table(rows)}\n")
	return 0 if options.quick else report.exit_code(rows)


def _ask(name: str, quick: bool) -> list[Row]:
	report.progress(f"{name}: making ready")
	with site.restored():
		return QUESTIONS[name](quick)


if __name__ == "__main__":
	sys.exit(main(sys.argv[1:]))
