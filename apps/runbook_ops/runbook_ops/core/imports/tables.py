"""Read a CSV file from bytes into rows that know their number, or say what is wrong with it."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .problems import Problem, Severity

TOO_MANY_WRONG_ROWS = 50
"""After so many rows of the wrong width the rest of a file is not worth listing."""


@dataclass(frozen=True)
class Row:
	"""A row's cells by column, without outer blanks. `number` is the one that a spreadsheet shows."""

	number: int
	cells: Mapping[str, str]


@dataclass(frozen=True)
class Table:
	"""The rows of a file that have the right width, and what is wrong with the others."""

	file: str
	rows: tuple[Row, ...] = ()
	problems: tuple[Problem, ...] = ()
	row_count: int = 0
	"""Rows that hold anything, the header not counted, good or bad."""


def read_table(file: str, data: bytes | None, columns: Sequence[str]) -> Table:
	"""Parse comma-separated UTF-8 text (RFC 4180; a byte-order mark is allowed) that has at least these columns.

	None for `data` means that the file is missing. Column names are compared without regard to case; further columns are
	ignored, and so are blank rows.
	"""
	if data is None:
		return _unreadable(file, "import_file_missing")
	try:
		text = data.decode("utf-8-sig")
	except UnicodeDecodeError as error:
		return _unreadable(file, "import_encoding", data[: error.start].count(b"\n") + 1)
	if not text.strip():
		return _unreadable(file, "import_file_empty")
	records = _records(text)
	try:
		header = next(records)[1]
		names = _column_names(header, columns)
	except csv.Error as error:
		return _unreadable(file, "import_quoting", 1, values={"error": error})
	problems = _header_problems(file, names, columns)
	if problems:
		return Table(file, (), problems)
	return _read_rows(file, records, names)


def _records(text: str) -> Iterator[tuple[int, list[str]]]:
	reader = csv.reader(io.StringIO(text, newline=""), strict=True)
	return enumerate(reader, start=1)


def _column_names(header: list[str], columns: Sequence[str]) -> list[str]:
	known = {column.casefold(): column for column in columns}
	return [known.get(cell.strip().casefold(), cell.strip()) for cell in header]


def _header_problems(file: str, names: list[str], columns: Sequence[str]) -> tuple[Problem, ...]:
	found = ", ".join(names)
	missing = [
		Problem(Severity.FILE, "import_column_missing", file, 1, column, {"found": found})
		for column in columns
		if column not in names
	]
	twice = [
		Problem(Severity.FILE, "import_column_twice", file, 1, column)
		for column in columns
		if names.count(column) > 1
	]
	return (*missing, *twice)


def _read_rows(file: str, records: Iterator[tuple[int, list[str]]], names: list[str]) -> Table:
	rows: list[Row] = []
	problems: list[Problem] = []
	number = 1
	count = 0
	try:
		for number, cells in records:
			if not any(cell.strip() for cell in cells):
				continue
			count += 1
			if len(cells) != len(names):
				values = {"cells": len(cells), "columns": len(names)}
				problems.append(Problem(Severity.ROW, "import_row_width", file, number, None, values))
				if len(problems) > TOO_MANY_WRONG_ROWS:
					problems.append(Problem(Severity.FILE, "import_too_many_wrong_rows", file, number))
					break
				continue
			rows.append(Row(number, {name: cell.strip() for name, cell in zip(names, cells, strict=True)}))
	except csv.Error as error:
		problems.append(Problem(Severity.FILE, "import_quoting", file, number + 1, None, {"error": error}))
	if not count and not problems:
		problems.append(Problem(Severity.FILE, "import_no_rows", file))
	return Table(file, tuple(rows), tuple(problems), count)


def _unreadable(
	file: str, code: str, row: int | None = None, values: Mapping[str, object] | None = None
) -> Table:
	return Table(file, (), (Problem(Severity.FILE, code, file, row, None, values or {}),))
