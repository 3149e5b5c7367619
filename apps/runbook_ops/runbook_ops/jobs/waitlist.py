"""Nightly end of entries on the waitlist whose days are over."""

import frappe

from ..core.waitlist import EntryStatus
from ..site_time import to_site, utc_now
from ..store.waitlist import past_entries


def close_past_entries() -> None:
	"""Nobody waits for yesterday."""
	names = past_entries(to_site(utc_now()).date())
	if names:
		frappe.db.set_value("Waitlist Entry", {"name": ("in", names)}, "status", EntryStatus.EXPIRED.value)
