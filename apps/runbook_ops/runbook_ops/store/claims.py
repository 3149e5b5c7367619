"""The claims on resources' time: a lock on the resource first, then five-minute rows that can exist once only."""

from collections.abc import Iterable, Mapping, Sequence

import frappe

from ..core.booking import GRAIN_MINUTES, LONGEST
from ..core.claims import buckets, claim_span
from ..core.timeline import Interval, merge
from . import stamps
from .newest import on_newest
from .rows import insert_rows

LONGEST_MINUTES = int(LONGEST.total_seconds() // 60) + 2 * 24 * 60
"""The longest claim, buffers included; bounds the search for claims that overlap a window."""

CLAIM_FIELDS = ("resource", "holder", "start_minute", "end_minute", "latitude_e6", "longitude_e6")
MILLION = 1_000_000

Degrees = tuple[float, float]
"""North of the equator and east of Greenwich."""

BUSY = """select resource, start_minute, end_minute from `tabResource Claim`
	where resource in %(resources)s and start_minute >= %(first)s and start_minute < %(end)s and end_minute > %(start)s"""
"""Nothing but what the index resource_time_place holds: a look at each claim's row is several times slower."""

TAKEN = """select resource, min(bucket), max(bucket) from `tabSlot Bucket` where name in %s
	group by resource order by resource lock in share mode"""
TAKEN_BY_OTHERS = """select resource, min(bucket), max(bucket) from `tabSlot Bucket` where name in %s and holder != %s
	group by resource order by resource"""


def lock_resources(resources: Iterable[str]) -> None:
	"""Serialise everybody who claims time of these resources until the transaction ends; always in the same order."""
	names = tuple(sorted(set(resources)))
	if names:
		frappe.db.sql(
			on_newest("select name from `tabService Resource` where name in %s order by name for update"),
			(names,),
		)


def held_by(holder: str) -> tuple[str, ...]:
	"""The resources whose time a booking, a hold or a class claims."""
	rows = frappe.db.sql("select distinct resource from `tabResource Claim` where holder = %s", holder)
	return tuple(row[0] for row in rows)


def spans_of(holder: str) -> Sequence[tuple[str, int, int]]:
	"""What a booking, a hold or a class claims: resource, and from and to in minutes."""
	return frappe.db.sql(
		"select resource, start_minute, end_minute from `tabResource Claim` where holder = %s", holder
	)


def take(
	holder: str, resources: Sequence[str], start: int, end: int, place: Degrees | None = None
) -> Mapping[str, Interval]:
	"""Claim [start, end) in minutes of each resource for a booking, a hold or a class; as `take_spans`."""
	return take_spans(holder, dict.fromkeys(resources, ((start, end),)), place)


def take_spans(
	holder: str, spans: Mapping[str, Sequence[Interval]], place: Degrees | None = None
) -> Mapping[str, Interval]:
	"""Claim each resource's own stretches of minutes, whole buckets of them; when one is taken, gives the part that is and claims nothing.

	`place`: where the time is spent, for the way to the visits before and after. The caller holds the locks. The rows' primary key is what makes a double booking impossible.
	"""
	wanted = _whole(spans)
	claims = [(name, holder, start, end) for name, stretches in wanted.items() for start, end in stretches]
	rows = [(key, name, holder, bucket) for key, name, bucket in _buckets(wanted)]
	frappe.db.savepoint("runbook_claim")
	try:
		insert_rows("Slot Bucket", ("name", "resource", "holder", "bucket"), rows, contested=True)
	except frappe.DuplicateEntryError:
		frappe.db.rollback(save_point="runbook_claim")
		return _taken([row[0] for row in rows]) or {name: (start, end) for name, _, start, end in claims}
	where = tuple(round(degree * MILLION) for degree in place or (0, 0))
	insert_rows("Resource Claim", CLAIM_FIELDS, [(*claim, *where) for claim in claims])
	stamps.touch(wanted)
	return {}


def seen_taken(holder: str, spans: Mapping[str, Sequence[Interval]]) -> Mapping[str, Interval]:
	"""What others claim of these stretches, as this transaction sees it, without a lock: who comes too late need not queue."""
	names = [key for key, _name, _bucket in _buckets(_whole(spans))]
	rows = frappe.db.sql(TAKEN_BY_OTHERS, (tuple(names), holder)) if names else ()
	return _as_minutes(rows)


def release(holder: str) -> None:
	"""Give back all that the holder claims; by primary key, so that no neighbour's rows are locked with them."""
	held = held_by(holder)
	lock_resources(held)
	stamps.touch(held)
	for doctype in ("Slot Bucket", "Resource Claim"):
		names = frappe.get_all(doctype, {"holder": holder}, pluck="name", order_by="name asc")
		if names:
			frappe.db.delete(doctype, {"name": ("in", names)})


def busy_intervals(
	resources: Sequence[str], start: int, end: int, apart_from: str | None = None
) -> Mapping[str, tuple[Interval, ...]]:
	"""What claims each resource within [start, end), in minutes, from one covering-index query.

	`apart_from`: a booking whose own claims don't count, because it is being moved.
	"""
	if not resources:
		return {}
	values = {"resources": tuple(resources), "first": start - LONGEST_MINUTES, "start": start, "end": end}
	query = f"{BUSY} and holder != %(apart_from)s" if apart_from else BUSY
	rows = frappe.db.sql(query, {**values, "apart_from": apart_from})
	found: dict[str, list[Interval]] = {}
	for resource, first, last in rows:
		found.setdefault(resource, []).append((first, last))
	return {resource: merge(intervals) for resource, intervals in found.items()}


def forget_buckets_before(minute: int, limit: int = 500_000) -> int:
	"""Drop bucket rows that lie wholly in the past, at most `limit`; gives how many."""
	frappe.db.sql("delete from `tabSlot Bucket` where bucket < %s limit %s", (minute // GRAIN_MINUTES, limit))
	return frappe.db._cursor.rowcount


def _whole(spans: Mapping[str, Sequence[Interval]]) -> Mapping[str, tuple[Interval, ...]]:
	return {name: merge(claim_span(*span) for span in stretches) for name, stretches in spans.items()}


def _buckets(wanted: Mapping[str, Sequence[Interval]]) -> list[tuple[str, str, int]]:
	"""Each bucket's key, resource and number."""
	return [
		(f"{name}|{bucket}", name, bucket)
		for name, stretches in wanted.items()
		for start, end in stretches
		for bucket in buckets(start, end)
	]


def _taken(names: Sequence[str]) -> Mapping[str, Interval]:
	return _as_minutes(frappe.db.sql(on_newest(TAKEN), (tuple(names),)))


def _as_minutes(rows: Iterable[tuple[str, int, int]]) -> Mapping[str, Interval]:
	return {resource: (first * GRAIN_MINUTES, (last + 1) * GRAIN_MINUTES) for resource, first, last in rows}
