"""An import's problems and figures as lines of text for a terminal."""

from collections.abc import Iterable, Sequence
from decimal import Decimal

from .problems import Problem, Severity

SHOWN = 3
"""Notes of one kind that are shown each; of the others the rows are named."""


def problem_lines(problems: Iterable[Problem]) -> list[str]:
	"""Errors one by one, notes of one kind together, in the order of the files."""
	errors = [problem for problem in problems if problem.severity is not Severity.NOTE]
	notes = [problem for problem in problems if problem.severity is Severity.NOTE]
	lines = ["", "Errors:"] if errors else []
	lines += [f"  {problem.place}: {problem.text}" for problem in errors]
	kinds: dict[tuple[str, str, str | None], list[Problem]] = {}
	for note in notes:
		kinds.setdefault((note.file, note.code, note.column), []).append(note)
	lines += ["", "Notes:"] if notes else []
	for alike in kinds.values():
		lines += _note_lines(alike)
	return lines


def _note_lines(alike: Sequence[Problem]) -> list[str]:
	if len({note.text for note in alike}) == 1 and len(alike) > 1:
		first = alike[0]
		column = f", {first.column}" if first.column else ""
		return [f"  {first.file}, rows {row_ranges(note.row for note in alike)}{column}: {first.text}"]
	lines = [f"  {note.place}: {note.text}" for note in alike[:SHOWN]]
	if len(alike) > SHOWN:
		lines.append(
			f"    and {len(alike) - SHOWN} more: rows {row_ranges(note.row for note in alike[SHOWN:])}"
		)
	return lines


def row_ranges(numbers: Iterable[int | None]) -> str:
	"""Row numbers in ascending order, runs shortened: 2-5, 9."""
	runs: list[list[int]] = []
	for number in sorted(number for number in numbers if number is not None):
		if runs and number <= runs[-1][1] + 1:
			runs[-1][1] = number
		else:
			runs.append([number, number])
	return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


def table_lines(header: Sequence[str], rows: Iterable[Sequence[str | int | Decimal]]) -> list[str]:
	"""Columns as wide as their widest cell: the first to the left, numbers to the right."""
	cells = [list(header), *([_cell(value) for value in row] for row in rows)]
	widths = [max(len(row[column]) for row in cells) for column in range(len(header))]
	return [
		"  ".join(
			cell.ljust(width) if column == 0 else cell.rjust(width)
			for column, (cell, width) in enumerate(zip(row, widths, strict=True))
		).rstrip()
		for row in cells
	]


def _cell(value: str | int | Decimal) -> str:
	if isinstance(value, Decimal):
		return f"{value.normalize():,f}" if value == value.to_integral() else f"{value:,.4f}".rstrip("0")
	return value if isinstance(value, str) else f"{value:,}"
