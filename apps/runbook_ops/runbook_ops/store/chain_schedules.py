"""How far each chain that starts by the clock has been looked at, and which records' dates have come since."""

import hashlib
import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

import frappe

from ..core.chains.moments import days_due, moment_from, span_due
from ..core.chains.parse_trigger import trigger_to_data
from ..core.chains.spec import ChainSpec
from ..site_time import from_site, from_utc, to_utc
from .chain_versions import Published
from .records import plain_fields
from .rows import insert_rows

PAGE = 200
FIELDS = ("name", "chain", "trigger", "since_utc", "seen_until_utc", "next_at_utc")
OVERLAP = timedelta(minutes=10)
"""So far back each look goes again, for records whose transaction was still open at the last one."""


@dataclass(frozen=True)
class Schedule:
	"""Where a chain stands; `next_at` is known of a time that comes again only."""

	chain: str
	since: datetime
	seen_until: datetime
	next_at: datetime | None = None

	@property
	def look_from(self) -> datetime:
		"""From when on records' dates are looked at; what has started a run by now starts none again."""
		return max(self.since, self.seen_until - OVERLAP)


@dataclass(frozen=True)
class DueRecord:
	"""A record whose date leads to a moment that has come."""

	name: str
	value: date
	moment: datetime


def keep_schedules(chains: Collection[Published]) -> None:
	"""One row for each of these chains and no other: a new one, or one with another trigger, begins when it was published.

	The caller commits. Raises frappe.DuplicateEntryError when somebody else does the same at this moment.
	"""
	known = dict(
		frappe.get_all("Chain Schedule", fields=["name", "trigger"], order_by="name asc", as_list=True)
	)
	wanted = {chain.spec.code: chain for chain in chains}
	stale = [
		name for name, trigger in known.items() if name not in wanted or trigger != _print(wanted[name].spec)
	]
	if stale:
		frappe.db.delete("Chain Schedule", {"name": ("in", stale)})
	rows = [
		(code, code, _print(chain.spec), to_utc(chain.since), to_utc(chain.since), None)
		for code, chain in wanted.items()
		if code not in known or code in stale
	]
	insert_rows("Chain Schedule", FIELDS, rows)


def take_schedule(chain: str) -> Schedule | None:
	"""Lock a chain's row until the transaction ends; None when another worker has it."""
	rows = frappe.db.sql(
		"""select name, since_utc, seen_until_utc, next_at_utc from `tabChain Schedule` where name = %s
		for update skip locked""",
		chain,
	)
	return Schedule(rows[0][0], *map(from_utc, rows[0][1:])) if rows else None


def put_schedule(schedule: Schedule) -> None:
	"""Note how far a chain was looked at."""
	values = {"seen_until_utc": to_utc(schedule.seen_until), "next_at_utc": to_utc(schedule.next_at)}
	frappe.db.set_value("Chain Schedule", schedule.chain, values, update_modified=False)


def records_due(spec: ChainSpec, since: datetime, now: datetime, zone: tzinfo) -> Iterator[list[DueRecord]]:
	"""The records whose moment lies in (since, now], some at a time; none is asked for where no day or time fits.

	Of a DocType that is submitted, submitted records only.
	"""
	doctype, field = spec.trigger_doctype or "", spec.details.field
	exact = plain_fields(doctype).get(field) == "Datetime"
	span = _span(spec, exact, since, now, zone)
	if span is None:
		return
	filters: list[list] = [[field, ">=", span[0]], [field, "<=", span[1]]]
	if frappe.get_meta(doctype).is_submittable:
		filters.append(["docstatus", "=", 1])
	last = ""
	while True:
		rows = frappe.get_all(
			doctype,
			filters=[*filters, ["name", ">", last]],
			fields=["name", field],
			order_by="name asc",
			limit=PAGE,
			as_list=True,
		)
		values = ((str(name), from_site(value) if exact else value) for name, value in rows)
		due = (DueRecord(name, value, moment_from(value, spec.details, zone)) for name, value in values)
		yield [record for record in due if since < record.moment <= now]
		if len(rows) < PAGE:
			return
		last = rows[-1][0]


def _span(
	spec: ChainSpec, exact: bool, since: datetime, now: datetime, zone: tzinfo
) -> tuple[date, date] | None:
	"""Between which values of the field to look."""
	if exact and spec.details.at is None:
		return span_due(spec.details, since, now, zone)
	days = days_due(spec.details, since, now, zone)
	if not days:
		return None
	if not exact:
		return days[0], days[-1]
	ends = datetime.combine(days[-1] + timedelta(days=1), time())
	return datetime.combine(days[0], time()), ends


def _print(spec: ChainSpec) -> str:
	data = json.dumps(trigger_to_data(spec.trigger_doctype, spec.details), sort_keys=True)
	return hashlib.sha256(data.encode()).hexdigest()
