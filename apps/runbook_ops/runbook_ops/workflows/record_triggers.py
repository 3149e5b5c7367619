"""What a saved record of a watched DocType sets off: new, changed, submitted, cancelled, and dates that were moved."""

from collections.abc import Mapping
from datetime import date, datetime

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from ..core.chains.moments import as_text, is_change, moment_from
from ..core.chains.spec import Event
from ..site_time import from_site, site_zone, utc_now
from ..store import chain_runs
from ..store.chain_watch import Watcher, watches
from ..store.records import plain_fields
from .chain_starts import Occasion, start_chains
from .triggers import end_all

SUBMITTED, CANCELLED = 1, 2
Values = Mapping[str, str]


def record_changed(doc: Document) -> None:
	"""Start the chains that the last change of a record calls for, in the transaction that makes it.

	Frappe tells of one save several times when a controller writes to the record meanwhile: each change counts once.
	"""
	watchers = watches().records.get(doc.doctype, ())
	before = doc.get_doc_before_save()
	if before is None and not doc.flags.in_insert:
		return  # written to while it is inserted: told once more when it is there
	seen = doc.flags.runbook_seen
	fields = {watcher.spec.details.field or _field_of(watcher) for watcher in watchers}
	now = _values(doc, fields)
	old = seen[1] if seen and seen[0] is before else before and _values(before, fields)
	doc.flags.runbook_seen = (before, now)
	if old == now:
		return
	if old and _entered(old, now, CANCELLED):
		end_all(chain_runs.open_runs_about(doc.doctype, doc.name), "record_cancelled")
	for watcher in watchers:
		_tell(watcher, doc, old, now)


def _tell(watcher: Watcher, doc: Document, old: Values | None, new: Values) -> None:
	event, details = watcher.spec.trigger, watcher.spec.details
	before = {} if old is None else old
	field = details.field or _field_of(watcher)
	if (
		(event is Event.FORM_SUBMITTED and old is None)
		or (event is Event.RECORD_SUBMITTED and _entered(before, new, SUBMITTED))
		or (event is Event.RECORD_CANCELLED and _entered(before, new, CANCELLED))
	):
		_start(watcher, doc)
	elif event in (Event.RECORD_CHANGED, Event.OPPORTUNITY_STAGE):
		counts = old is not None or bool(details.to_value)  # new records start on a value that is asked for
		if counts and is_change(details, before.get(field), new[field]):
			_start(watcher, doc, f"{_stamp(doc)}|{field}={new[field]}")
	elif event is Event.DATE_REACHED and before.get(field, "") != new[field]:
		_date_moved(watcher, doc, old)


def _stamp(doc: Document) -> str:
	"""What tells this change of a record from its others; a field can be written without the record's own stamp."""
	before = doc.get_doc_before_save()
	unstamped = before is not None and str(before.modified) == str(doc.modified)
	return utc_now().isoformat() if unstamped else str(doc.modified)


def _field_of(watcher: Watcher) -> str:
	return "sales_stage" if watcher.spec.trigger is Event.OPPORTUNITY_STAGE else "docstatus"


def _values(doc: Document, fields: set[str]) -> dict[str, str]:
	return {field: as_text(doc.get(field)) for field in {*fields, "docstatus"}}


def _entered(before: Values, now: Values, docstatus: int) -> bool:
	return before.get("docstatus", "0") != now["docstatus"] == str(docstatus)


def _date_moved(watcher: Watcher, doc: Document, old: Values | None) -> None:
	"""Runs of the old date end. The new one is found when its time comes; when that is over already, a run says so."""
	if old is not None:
		runs = chain_runs.open_runs_about(doc.doctype, doc.name, watcher.spec.code)
		end_all(runs, "date_changed")
	value = record_date(doc.doctype, watcher.spec.details.field, doc.get(watcher.spec.details.field))
	if value is None:
		return
	moment = moment_from(value, watcher.spec.details, site_zone())
	if moment <= utc_now():
		_start(watcher, doc, date_occurrence(value), at=moment, passed=True)


def date_occurrence(value: date) -> str:
	"""What tells one date of a record from another; a run starts once for each."""
	return value.isoformat()


def record_date(doctype: str, field: str, value: object) -> date | None:
	"""A record's date as the core counts from it: a day, or an aware moment where the field holds one."""
	if not value:
		return None
	if plain_fields(doctype).get(field) == "Datetime":
		return from_site(value if isinstance(value, datetime) else str(value))
	return getdate(value)


def _start(
	watcher: Watcher, doc: Document, occurrence: str = "", at: datetime | None = None, passed: bool = False
) -> None:
	about = (watcher.spec.trigger, doc.doctype, doc.name, occurrence)
	occasion = Occasion(*about, booking=booking_of(doc), at=at, passed=passed)
	start_chains(occasion, (watcher.version,))


def booking_of(doc: Document) -> Document | None:
	"""The booking that runs about a record are about: of a booking or a job, else none."""
	if doc.doctype == "Service Job":
		return frappe.get_doc("Service Booking", doc.booking)
	return doc if doc.doctype == "Service Booking" else None
