"""Rehearsals of chains for the desk: pages that show what a chain would do, with nothing sent and nothing saved."""

import frappe
from frappe import _
from frappe.utils import get_datetime

from ..core.refusal import Refusal
from ..errors import ChainRefused
from ..messages import refuse
from ..operations.publish_chain import check_chain
from ..operations.rehearse_chain import (
	StagedBooking,
	page_of_comparison,
	page_of_rehearsal,
	story_of_last,
	story_of_one,
	story_of_staged,
)
from ..site_time import from_site
from ..store.chain_versions import load_spec

MOST_DAYS = 60


@frappe.whitelist(methods=["POST"])
def rehearse(chain: str, days: int = 7, staged: str | dict | None = None, booking: str | None = None) -> str:
	"""A chain's steps, as they are saved, run for the bookings of the last `days`, for one of them, or for one that is made up.

	`staged` has `service`, `starts_at` (site time), `customer`, and may have `email`, `resource`, `address`, `afterwards`
	(`moved`, `cancelled` or `no_show`). Gives an HTML page that stands alone.
	"""
	frappe.has_permission("Trigger Chain", "write", chain, throw=True)
	frappe.has_permission("Service Booking", "read", throw=True)
	spec = check_chain(frappe.get_doc("Trigger Chain", chain))
	return page_of_rehearsal(spec, _story(days, staged, booking))


@frappe.whitelist(methods=["POST"])
def compare(chain: str, days: int = 7, staged: str | dict | None = None, booking: str | None = None) -> str:
	"""What a chain's steps, as they are saved, would do otherwise than its published version; arguments as `rehearse`."""
	frappe.has_permission("Trigger Chain", "write", chain, throw=True)
	frappe.has_permission("Service Booking", "read", throw=True)
	doc = frappe.get_doc("Trigger Chain", chain)
	if not doc.current_version:
		refuse(Refusal("nothing_published", "current_version", {"chain": doc.title}), ChainRefused)
	return page_of_comparison(check_chain(doc), load_spec(doc.current_version), _story(days, staged, booking))


def _story(days: int, staged: str | dict | None, booking: str | None):
	if booking:
		frappe.has_permission("Service Booking", "read", booking, throw=True)
		return story_of_one(booking)
	given = frappe.parse_json(staged) if staged else None
	if not given:
		return story_of_last(min(max(days, 1), MOST_DAYS))
	for field in ("service", "starts_at", "customer"):
		if not given.get(field):
			refuse(Refusal("field_missing", field, {"field": field}), ChainRefused)
	if not frappe.db.exists("Bookable Service", given["service"]):
		refuse(Refusal("unknown_service", "service", {"service": given["service"]}), ChainRefused)
	texts = {name: str(given.get(name) or "") for name in ("email", "resource", "address", "afterwards")}
	if texts["resource"] and not frappe.db.exists("Service Resource", texts["resource"]):
		refuse(Refusal("unknown_resource", "resource", {"resource": texts["resource"]}), ChainRefused)
	try:
		start = from_site(get_datetime(given["starts_at"]) or "")
	except (ValueError, TypeError, OverflowError):
		frappe.throw(
			_("Starts At: {0} is not a time. Write it as 2026-11-30 14:30.").format(given["starts_at"]),
			ChainRefused,
		)
	return story_of_staged(StagedBooking(given["service"], start, str(given["customer"]), **texts))
