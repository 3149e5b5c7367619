"""Figures on the workspace that a plain count can't give."""

import frappe

from ..site_time import to_utc, utc_now
from ..store.chain_health import count_late_steps


@frappe.whitelist(methods=["GET", "POST"])
def overdue_steps(filters: str | list | dict | None = None) -> dict:
	"""How many steps are due and have not been worked for five minutes or more."""
	frappe.has_permission("Chain Step Run", "read", throw=True)
	return {
		"value": count_late_steps(to_utc(utc_now())),
		"fieldtype": "Int",
		"route": ["query-report", "Chain Health"],
	}
