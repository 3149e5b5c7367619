"""Published chains: which ones an event starts, and their frozen steps."""

import json
from functools import lru_cache

import frappe

from ..core.chains.parse import parse_chain
from ..core.chains.spec import ChainSpec, Event


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
