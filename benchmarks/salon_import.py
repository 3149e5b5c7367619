"""How long does it take to import a whole salon?

Timed: `operations.import_salon.import_salon` of the salon's six files into a site that has none of it, with the commit and what
runs after it (the search index). The site is put back after each turn. The files stay out of the repository: they are read
from the folder `shared` beside the checkout.
"""

from pathlib import Path
from statistics import median

import frappe

from benchmarks.measure import seconds, span
from benchmarks.report import Row, progress
from benchmarks.site import restored
from runbook_ops.operations.import_salon import ImportResult, import_salon

GOAL = 60.0
TURNS = 5
FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data" / "salon"


def measure(quick: bool) -> list[Row]:
	"""The one row."""
	if not FOLDER.is_dir():
		return [Row("salon_import", None, GOAL, "s", "the salon's files are not in shared/data/salon")]
	found = [_once(turn) for turn in range(1 if quick else TURNS)]
	times = [spent for spent, _ in found]
	result = found[0][1]
	detail = f"{len(times)} turns {span(min(times))} to {span(max(times))}; {result.new:,} records"
	return [Row("salon_import", median(times), GOAL, "s", detail)]


def _once(turn: int) -> tuple[float, ImportResult]:
	results: list[ImportResult] = []

	def work() -> None:
		results.append(import_salon(FOLDER, progress=_say))
		frappe.db.commit()

	progress(f"salon_import: turn {turn + 1}")
	with restored():
		spent = seconds(work)
	(result,) = results
	wrong = [figure.what for figure in result.figures if figure.in_files != figure.on_site]
	if result.refused or wrong or not result.new:
		raise AssertionError(f"the import was refused or does not agree with the files: {wrong}")
	return spent, result


def _say(what: str, count: int, spent: float) -> None:
	progress(f"  {what}: {count:,} ({span(spent)})")
