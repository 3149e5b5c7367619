"""Statements and their commit in one trip to the database: most of what a small statement costs is the way there and back."""

from collections.abc import Sequence

import frappe

COMMIT = "commit"

Statement = tuple[str, Sequence]
"""A query with %s for each value, and the values."""


def carry_out(*statements: Statement) -> None:
	"""Carry out the statements one by one, in the caller's transaction."""
	for query, values in statements:
		frappe.db.sql(query, values)


def commit_with(*statements: Statement) -> None:
	"""Carry out the statements and commit, as `frappe.db.commit` does. After an error nothing is committed: the caller rolls back."""
	db = frappe.db
	db.before_commit.run()
	db.transaction_writes = 0  # else Frappe takes the block's first word for one that commits them
	block = ";\n".join((*(query for query, _ in statements), COMMIT))
	db.sql(f"begin not atomic {block}; end", [value for _, values in statements for value in values])
	db.before_rollback.reset()
	db.after_rollback.reset()
	db.value_cache.clear()
	db.after_commit.run()
