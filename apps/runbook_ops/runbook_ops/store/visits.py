"""The address of a visit's own page, which the customer gets: short, signed, and good until some weeks after the visit."""

from datetime import datetime, timedelta

import frappe

from .. import links
from ..site_time import from_site
from .newest import on_newest

PURPOSE = "visit"
USUAL_DAYS = 60
STATE = "select ends_at, status from `tabService Booking` where name = %s lock in share mode"


def newest_state(booking: str) -> tuple[datetime, str]:
	"""When a booking ends and its state, also of one that another request has made a moment ago."""
	ends_at, status = frappe.db.sql(on_newest(STATE), booking)[0]
	return from_site(ends_at), status


def visit_token(booking: str, ends_at: datetime) -> str:
	"""The token of a visit's page; the same as long as the visit stays on its day."""
	days = frappe.get_cached_doc("Runbook Settings").link_days or USUAL_DAYS
	return links.sign(PURPOSE, booking, ends_at.date() + timedelta(days=days))


def visit_link(booking: str, ends_at: datetime) -> str:
	"""The whole address, for messages."""
	return links.link_to("visit", visit_token(booking, ends_at))
