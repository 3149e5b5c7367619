"""`python -m runbook_ops.rehearsal [business.yaml] [bookings.csv]`: rehearse a story and show what would happen."""

import argparse
import sys
from importlib.resources import files
from pathlib import Path

from .bookings import COLUMNS, read_bookings
from .business import read_business
from .engine import rehearse
from .figures import count
from .page import render_page
from .reading import InputProblems
from .terminal import Progress, write_summary

EXAMPLES = ("pool_renovation", "salon")


def main(arguments: list[str] | None = None) -> int:
	"""Exit codes: 0 fine, 1 the rehearsal found a lost step or a double booking, 2 the input is wrong."""
	options = _parser().parse_args(arguments)
	example = Path(str(files(__package__))) / "examples" / options.example
	if options.business and not options.bookings:
		return _refuse("Give bookings.csv as well: a business alone has no story.")
	try:
		business = read_business(options.business or example / "business.yaml")
		rows = read_bookings(options.bookings or example / "bookings.csv", business)
	except InputProblems as wrong:
		return _refuse(*map(str, wrong.problems), f"{len(wrong.problems)} to mend; nothing was rehearsed.")
	progress = None if options.quiet else Progress(sys.stdout)
	world = rehearse(business, rows, options.seed, progress)
	if progress is not None:
		progress.finish()
	figures = count(world)
	write_summary(world, figures, sys.stdout)
	if options.html:
		try:
			options.html.write_text(render_page(world, figures), encoding="utf-8")
		except OSError as problem:
			return _refuse(f"{options.html} can't be written ({problem.strerror}). Choose another file.")
		sys.stdout.write(f"\nPage: {options.html}\n")
	return 1 if figures.violations else 0


def _refuse(*lines: str) -> int:
	sys.stderr.writelines(f"{line}\n" for line in lines)
	return 2


def _parser() -> argparse.ArgumentParser:
	columns = "\n".join(f"  {name:<13} {text}" for name, text in COLUMNS.items())
	parser = argparse.ArgumentParser(
		prog="rehearse",
		formatter_class=argparse.RawDescriptionHelpFormatter,
		description="Run bookings through the whole chain on a simulated clock. Nothing is sent, nothing is changed.",
		epilog=f"columns of bookings.csv:\n{columns}",
	)
	parser.add_argument("business", nargs="?", type=Path, help="the business; without it: the example")
	parser.add_argument("bookings", nargs="?", type=Path, help="the story: bookings and what happens to them")
	parser.add_argument("--example", choices=EXAMPLES, default=EXAMPLES[0], help="which example to run")
	parser.add_argument("--html", type=Path, metavar="FILE", help="write the page to FILE")
	parser.add_argument(
		"--seed", type=int, help="let visits take a little less or more, the same for the same number"
	)
	parser.add_argument("--quiet", action="store_true", help="no progress, only the summary")
	return parser


if __name__ == "__main__":
	sys.exit(main())
