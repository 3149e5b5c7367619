"""Statements that have to see what others have committed since this transaction first looked: locks, claims and seats."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import frappe

SWITCH = "innodb_snapshot_isolation"


def on_newest(query: str) -> str:
	"""The query such that it meets the newest rows, also where MariaDB keeps transactions to their first look (error 1020).

	Only for statements that hold right whatever the transaction has read before: a lock, or rows whose key decides.
	"""
	return f"set statement {SWITCH} = off for {query}" if _knows_switch() else query


@contextmanager
def meeting_newest() -> Iterator[None]:
	"""As `on_newest`, for records that Frappe itself locks and saves; they are read for update, so nothing is lost."""
	if not (_knows_switch() and frappe.db.sql(f"select @@session.{SWITCH}")[0][0]):
		yield
		return
	frappe.db.sql(f"set session {SWITCH} = off")
	try:
		yield
	finally:
		frappe.db.sql(f"set session {SWITCH} = on")


@cache
def _knows_switch() -> bool:
	"""Whether this server has the switch at all; the server is the same for as long as the process lives."""
	return bool(frappe.db.sql(f"show variables like '{SWITCH}'"))
