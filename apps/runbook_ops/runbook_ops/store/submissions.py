"""What other programs sent to start chains, read as it was stored."""

import frappe

from .newest import on_newest

STORED = "select payload, run, reason from `tabChain Submission` where name = %s"


def stored_submission(name: str, newest: bool = False) -> frappe._dict | None:
	"""A submission, or None. `newest`: also one that was committed after this transaction had its first look."""
	query = on_newest(f"{STORED} lock in share mode") if newest else STORED
	rows = frappe.db.sql(query, name, as_dict=True)
	return rows[0] if rows else None
