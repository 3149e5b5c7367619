"""Published chains: which ones an event starts, and their frozen steps."""

import json
from functools import lru_cache

import frappe

from ..core.chains.parse import parse_chain
from ..core.chains.spec import ChainSpec, Event

WATCHED_FORMS = "runbook_watched_forms"


def versions_for(
	event: Event, service_chain: str | None = None, doctype: str | None = None
) -> tuple[str, ...]:
	"""The published versions of the chains that an event starts.

	A service that names a chain for this event runs that one in place of those for every booking.
	"""
	filters = {"trigger_event": event.value, "enabled": 1, "current_version": ("is", "set")}
	if doctype:
		filters["trigger_doctype"] = doctype
	rows = frappe.get_all(
		"Trigger Chain",
		filters=filters,
		fields=["name", "current_version", "for_every_booking"],
		order_by="name asc",
	)
	own = [row for row in rows if row.name == service_chain]
	return tuple(row.current_version for row in own or [row for row in rows if row.for_every_booking])


def load_spec(version: str) -> ChainSpec:
	"""The steps of a published version; kept in the process, since a version never changes."""
	return _load_spec(frappe.local.site, version)


@lru_cache(maxsize=256)
def _load_spec(site: str, version: str) -> ChainSpec:
	return parse_chain(json.loads(frappe.db.get_value("Trigger Chain Version", version, "spec")))


def watched_forms() -> frozenset[str]:
	"""The doctypes whose new records start a chain; one cache read."""
	return frappe.cache.get_value(WATCHED_FORMS, _read_watched_forms)


def forget_watched_forms() -> None:
	"""Read them anew next time, now and once more when the change that caused it is committed."""
	frappe.cache.delete_value(WATCHED_FORMS)
	frappe.db.after_commit.add(lambda: frappe.cache.delete_value(WATCHED_FORMS))


def _read_watched_forms() -> frozenset[str]:
	filters = {"trigger_event": Event.FORM_SUBMITTED.value, "enabled": 1, "current_version": ("is", "set")}
	return frozenset(
		frappe.get_all("Trigger Chain", filters=filters, pluck="trigger_doctype", order_by="name asc")
	)
