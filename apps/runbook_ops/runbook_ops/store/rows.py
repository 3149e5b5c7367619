"""Rows of the engine's own tables in one statement, without the cost of a document each."""

import json
from collections.abc import Mapping, Sequence

import frappe
from frappe.utils import now

from .newest import on_newest
from .one_trip import Statement

STANDARD = ("name", "creation", "modified", "owner", "modified_by")


def insert_rows(
	doctype: str, fields: Sequence[str], rows: Sequence[Sequence], contested: bool = False
) -> list[str]:
	"""Insert rows (values in the order of `fields`) and return their names; `name` may be among the fields.

	`contested`: others may insert the same keys at this moment. Raises frappe.DuplicateEntryError when a key exists.
	"""
	if not rows:
		return []
	(query, values), names = insert_statement(doctype, fields, rows)
	try:
		frappe.db.sql(on_newest(query) if contested else query, values)
	except Exception as error:
		if frappe.db.is_duplicate_entry(error):
			raise frappe.DuplicateEntryError(doctype, names[0], error) from error
		raise
	return names


def insert_statement(
	doctype: str, fields: Sequence[str], rows: Sequence[Sequence]
) -> tuple[Statement, list[str]]:
	"""The statement that inserts rows, and their names."""
	stamp, user = now(), frappe.session.user
	named = "name" in fields
	names = [row[list(fields).index("name")] if named else frappe.generate_hash(length=16) for row in rows]
	at = [index for index, field in enumerate(fields) if field != "name"]
	own = [fields[index] for index in at]
	columns = ", ".join(f"`{field}`" for field in (*STANDARD, *own))
	values: list = []
	for name, row in zip(names, rows, strict=True):
		values += [name, stamp, stamp, user, user, *(row[index] for index in at)]
	places = ", ".join(["(" + ", ".join(["%s"] * (len(STANDARD) + len(own))) + ")"] * len(rows))
	return (f"insert into `tab{doctype}` ({columns}) values {places}", values), names  # noqa: S608


def json_row(columns: Mapping[str, str]) -> str:
	"""A row as one JSON object in SQL, name -> expression; `read_json` reads the rows of a query that selects it.

	The driver is written in Python: it spends longer on describing thirty columns than the server on finding the row.
	"""
	pairs = ", ".join(f"'{name}', {expression}" for name, expression in columns.items())
	return f"json_object({pairs})"


def read_json(query: str, values: Mapping[str, object] | Sequence[object]) -> list[dict]:
	"""The rows of a query that selects one `json_row`; times come as text, as ISO 8601 writes them."""
	return [json.loads(text, strict=False) for (text,) in frappe.db.sql(query, values)]
