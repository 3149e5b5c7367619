"""Published chains: which ones an event starts, and their frozen steps."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

import frappe

from ..core.chains.parse import ChainProblems, parse_chain
from ..core.chains.spec import ChainSpec, Event
from ..site_time import from_site


def versions_for(
	event: Event, service_chain: str | None = None, doctype: str | None = None
) -> tuple[str, ...]:
	"""The published versions of the chains that an event starts.

	A service that names a chain for this event runs that one in place of those for every booking. What was published counts, not
	what the form has become since.
	"""
	rows = frappe.get_all(
		"Trigger Chain",
		filters={"enabled": 1, "current_version": ("is", "set")},
		fields=["name", "current_version", "for_every_booking"],
		order_by="name asc",
	)
	found = [row for row in rows if _starts_on(row.current_version, event, doctype)]
	own = [row for row in found if row.name == service_chain]
	return tuple(row.current_version for row in own or [row for row in found if row.for_every_booking])


@dataclass(frozen=True)
class Published:
	"""A chain that is published and switched on; `since`: when the chain was last saved, published or switched."""

	version: str
	spec: ChainSpec
	since: datetime


def published_on(events: Collection[Event]) -> tuple[Published, ...]:
	"""The chains that start on one of these events."""
	rows = frappe.get_all(
		"Trigger Chain",
		filters={"enabled": 1, "current_version": ("is", "set")},
		fields=["current_version", "modified"],
		order_by="name asc",
	)
	return tuple(
		Published(row.current_version, load_spec(row.current_version), from_site(row.modified))
		for row in rows
		if any(_starts_on(row.current_version, event, None) for event in events)
	)


def _starts_on(version: str, event: Event, doctype: str | None) -> bool:
	try:
		spec = load_spec(version)
	except (ChainProblems, ValueError, TypeError):
		frappe.log_error(f"Chain version {version} can't be read and starts nothing; publish it again")
		return False
	return spec.trigger is event and doctype in (None, spec.trigger_doctype)


def load_spec(version: str) -> ChainSpec:
	"""The steps of a published version; kept in the process, since a version never changes."""
	return _load_spec(frappe.local.site, version)


@lru_cache(maxsize=256)
def _load_spec(site: str, version: str) -> ChainSpec:
	return parse_chain(json.loads(frappe.db.get_value("Trigger Chain Version", version, "spec")))
