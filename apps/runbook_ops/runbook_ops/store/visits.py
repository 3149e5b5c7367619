"""The address of a visit's own page, which the customer gets: short, signed, and good until some weeks after the visit."""

from datetime import datetime, timedelta

import frappe

from .. import links

PURPOSE = "visit"
USUAL_DAYS = 60


def visit_token(booking: str, ends_at: datetime) -> str:
	"""The token of a visit's page; the same as long as the visit stays on its day."""
	days = frappe.get_cached_doc("Runbook Settings").link_days or USUAL_DAYS
	return links.sign(PURPOSE, booking, ends_at.date() + timedelta(days=days))


def visit_link(booking: str, ends_at: datetime) -> str:
	"""The whole address, for messages."""
	return links.link_to("visit", visit_token(booking, ends_at))
