"""Reading CSV files: what is refused, at which row, and that nothing crashes the reader."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.imports.problems import Severity
from runbook_ops.core.imports.tables import read_table


def read(data):
	return read_table("list.csv", data, ("Code", "Price"))


@pytest.mark.parametrize(
	("data", "code", "row", "column"),
	[
		(None, "import_file_missing", None, None),
		(b"", "import_file_empty", None, None),
		(b"\xef\xbb\xbf \n", "import_file_empty", None, None),
		(b"Code,Price\n", "import_no_rows", None, None),
		(b"Code,Price\nA,1\nCaf\xe9,2\n", "import_encoding", 3, None),
		("Code,Price\nA,1\n".encode("utf-16"), "import_encoding", 1, None),
		(b"Code;Price\nA;1\n", "import_column_missing", 1, "Code"),
		(b"Code,Cost\nA,1\n", "import_column_missing", 1, "Price"),
		(b"Code,Price,Code\nA,1,B\n", "import_column_twice", 1, "Code"),
		(b'Code,Price\nA,1\n"B,2\nC,3\n', "import_quoting", 3, None),
		(b'Code,Price\n"A"x,1\n', "import_quoting", 2, None),
		(b"Code,Price\nA,1\nB,1,200\n", "import_row_width", 3, None),
		(b"Code,Price\nA\n", "import_row_width", 2, None),
	],
)
def test_what_is_wrong_is_named_with_its_row(data, code, row, column):
	found = read(data).problems[0]
	assert (found.code, found.row, found.column) == (code, row, column)
	assert "{" not in found.text


def test_a_row_of_the_wrong_width_stops_only_itself():
	table = read(b"Code,Price\nA,1\nB\nC,3\n")
	assert [row.number for row in table.rows] == [2, 4]
	assert [problem.severity for problem in table.problems] == [Severity.ROW]
	assert table.row_count == 3


def test_a_file_of_wrong_rows_is_not_listed_to_its_end():
	table = read(b"Code,Price\n" + b"A;1\n" * 5000)
	assert table.problems[-1].code == "import_too_many_wrong_rows"
	assert len(table.problems) < 60


def test_rows_count_as_a_spreadsheet_shows_them():
	table = read(b'\xef\xbb\xbfcode, PRICE ,More\n\nA,1,"two\nlines"\n , ,\nB, 2 ,x\n')
	assert [(row.number, row.cells["Code"], row.cells["Price"]) for row in table.rows] == [
		(3, "A", "1"),
		(5, "B", "2"),
	]


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader(data):
	table = read(data)
	assert table.rows or table.problems


@given(st.lists(st.tuples(st.text(max_size=8), st.text(max_size=8)), min_size=1, max_size=8))
def test_what_the_csv_module_writes_is_read_back(rows):
	text = io.StringIO(newline="")
	writer = csv.writer(text, quoting=csv.QUOTE_ALL)
	writer.writerows([("Code", "Price"), *rows])
	try:
		data = text.getvalue().encode()
	except UnicodeEncodeError:
		return
	kept = [(a.strip(), b.strip()) for a, b in rows if a.strip() or b.strip()]
	table = read(data)
	if "\0" in text.getvalue():
		return
	assert [(row.cells["Code"], row.cells["Price"]) for row in table.rows] == kept
