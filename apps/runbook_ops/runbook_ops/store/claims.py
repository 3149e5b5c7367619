"""The claims on resources' time: a lock on the resource first, then five-minute rows that can exist once only."""

from collections.abc import Iterable, Mapping, Sequence

import frappe

from ..core.booking import GRAIN_MINUTES, LONGEST
from ..core.claims import buckets, claim_span
from ..core.timeline import Interval, merge
from .rows import insert_rows

LONGEST_MINUTES = int(LONGEST.total_seconds() // 60) + 2 * 24 * 60
"""The longest claim, buffers included; bounds the search for claims that overlap a window."""

BUSY = """select resource, start_minute, end_minute from `tabResource Claim`
	where resource in %(resources)s and start_minute >= %(first)s and start_minute < %(end)s and end_minute > %(start)s"""
"""Nothing but what the index resource_time holds: a look at each claim's row is several times slower."""


def lock_resources(resources: Iterable[str]) -> None:
	"""Serialise everybody who claims time of these resources until the transaction ends; always in the same order."""
	names = tuple(sorted(set(resources)))
	if names:
		frappe.db.sql(
			"select name from `tabService Resource` where name in %s order by name for update", (names,)
		)


def held_by(holder: str) -> tuple[str, ...]:
	"""The resources whose time a booking, a hold or a class claims."""
	rows = frappe.db.sql("select distinct resource from `tabResource Claim` where holder = %s", holder)
	return tuple(row[0] for row in rows)


def take(holder: str, resources: Sequence[str], start: int, end: int) -> Mapping[str, Interval]:
	"""Claim [start, end) in minutes for a booking, a hold or a class; when resources are taken, gives the part that is and claims nothing.

	The caller holds the locks. The rows' primary key is what makes a double booking impossible.
	"""
	start, end = claim_span(start, end)
	rows = [
		(f"{resource}|{bucket}", resource, holder, bucket)
		for resource in resources
		for bucket in buckets(start, end)
	]
	frappe.db.savepoint("runbook_claim")
	try:
		insert_rows("Slot Bucket", ("name", "resource", "holder", "bucket"), rows)
	except frappe.DuplicateEntryError:
		frappe.db.rollback(save_point="runbook_claim")
		return _taken([row[0] for row in rows]) or dict.fromkeys(resources, (start, end))
	claims = [(resource, holder, start, end) for resource in resources]
	insert_rows("Resource Claim", ("resource", "holder", "start_minute", "end_minute"), claims)
	return {}


def release(holder: str) -> None:
	"""Give back all that the holder claims; by primary key, so that no neighbour's rows are locked with them."""
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


def _taken(names: Sequence[str]) -> Mapping[str, Interval]:
	rows = frappe.db.sql(
		"""select resource, min(bucket), max(bucket) from `tabSlot Bucket` where name in %s
		group by resource order by resource lock in share mode""",
		(tuple(names),),
	)
	return {resource: (first * GRAIN_MINUTES, (last + 1) * GRAIN_MINUTES) for resource, first, last in rows}
