"""Frappe's calls for the waitlist: freed slots each minute and when one comes free, entries whose days are over each night."""

import frappe

from ..core.waitlist import EntryStatus
from ..site_time import to_site, utc_now
from ..store.waitlist import past_entries
from ..workflows.waitlist import work_waitlist
from .pump import be_the_engine


def work_freed_slots() -> None:
	"""Bring every freed slot that is due one step on; rung after commits, and called every minute."""
	be_the_engine()
	work_waitlist()


def close_past_entries() -> None:
	"""Nobody waits for yesterday."""
	names = past_entries(to_site(utc_now()).date())
	if names:
		frappe.db.set_value("Waitlist Entry", {"name": ("in", names)}, "status", EntryStatus.EXPIRED.value)
