"""Frappe's calls for chains that start by the clock: the minute cron, and the index that its look needs."""

import frappe

from ..workflows.timed_triggers import start_timed_chains as start
from .pump import be_the_engine


def start_timed_chains() -> None:
	"""Start the runs whose time has come; called every minute."""
	be_the_engine()
	start()


def index_watched_date(doctype: str, field: str) -> None:
	"""Have a date field looked up quickly; called after a chain that counts from it was published."""
	if not frappe.db.get_column_index(f"tab{doctype}", field):
		frappe.db.add_index(doctype, [field])
