"""Whether this site can start a chain as its trigger says: the DocType, its fields, the chain that it waits for."""

from collections.abc import Collection
from difflib import get_close_matches

import frappe

from ..core.chains.parse import record_of
from ..core.chains.parse_trigger import RECORD_EVENTS
from ..core.chains.spec import ChainSpec, Event
from ..core.refusal import Refusal
from ..store.records import DATES, plain_fields

OWN_TABLES = frozenset(
	{
		"Chain Breaker",
		"Chain Effect",
		"Chain Effect Attempt",
		"Chain Run",
		"Chain Schedule",
		"Chain Step Run",
		"Chain Submission",
		"Chain Worker",
		"Trigger Chain",
		"Trigger Chain Version",
	}
)
"""The engine's own, whose rows are written by the runs themselves."""


def known_fields(event: str | None, doctype: str | None) -> Collection[str] | None:
	"""The fields of the record that a chain's steps may name; None where there is no such DocType to ask."""
	if event not in set(Event):
		return None
	about = record_of(Event(event), doctype or None)
	return tuple(plain_fields(about)) if about and frappe.db.exists("DocType", about) else None


def check_trigger(spec: ChainSpec) -> tuple[Refusal, ...]:
	"""Everything on this site that speaks against a chain's trigger."""
	doctype, details = spec.trigger_doctype, spec.details
	problem = _check_doctype(doctype, spec.trigger) if doctype else None
	if problem:
		return (problem,)
	found = []
	if doctype and details.field:
		found.append(_check_field(doctype, details.field, spec.trigger is Event.DATE_REACHED))
	if details.chain == spec.code:
		found.append(Refusal("trigger_chain_itself", "trigger_chain"))
	elif details.chain and not frappe.db.exists("Trigger Chain", details.chain):
		found.append(Refusal("trigger_chain_unknown", "trigger_chain", {"chain": details.chain}))
	return tuple(filter(None, found))


def _check_doctype(doctype: str, event: Event) -> Refusal | None:
	if not frappe.db.exists("DocType", doctype):
		return Refusal("trigger_doctype_unknown", "trigger_doctype", {"doctype": doctype})
	meta = frappe.get_meta(doctype)
	for unfit, why in (
		(meta.istable, "is the rows of another record"),
		(meta.issingle, "has one record only"),
		(meta.get("is_virtual"), "has no table of its own"),
		(doctype in OWN_TABLES and event in RECORD_EVENTS, "is written by chains themselves"),
	):
		if unfit:
			values = {"doctype": doctype, "why": why}
			return Refusal("trigger_doctype_unfit", "trigger_doctype", values)
	if not frappe.has_permission(doctype, "read"):
		return Refusal("trigger_doctype_unread", "trigger_doctype", {"doctype": doctype})
	submits = event in (Event.RECORD_SUBMITTED, Event.RECORD_CANCELLED)
	if submits and not meta.is_submittable:
		return Refusal("trigger_not_submittable", "trigger_doctype", {"doctype": doctype})
	return None


def _check_field(doctype: str, name: str, of_date: bool) -> Refusal | None:
	known = plain_fields(doctype)
	values = {"doctype": doctype, "name": name}
	if name not in known:
		like = ", ".join(get_close_matches(name, known, 3, 0.5) or sorted(known)[:8])
		return Refusal("trigger_field_unknown", "trigger_field", {**values, "like": like})
	dates = [field for field, kind in known.items() if kind in DATES]
	if of_date and name not in dates:
		return Refusal("trigger_field_no_date", "trigger_field", {**values, "known": ", ".join(dates)})
	return None
