"""Does finding open slots stay as quick when a hundred times as many bookings are stored?

Timed: `operations.find_slots.find_slots` for a 30-minute service that any of 50 people can do, over 30 days, all slots, as the
desk's calendar asks for them: every query of it and the search. The stored bookings have their claims. `slots_growth`: the same
1,000 lie in the 30 days ahead in both, the other 99,000 are history over two years. `slots_growth_all_ahead`, which has no
goal since its answer itself grows: all 100,000 lie in the 90 days ahead, 22 a person and day. The large and the small tables
take turns under the real names. The number of SQL statements must be the same.
"""

from collections.abc import Callable
from datetime import timedelta

import frappe
from tests import factories as make

from benchmarks.measure import interleaved, seconds
from benchmarks.report import Row, progress
from benchmarks.site import TwoSizes, counted, two_sizes
from runbook_ops.core.timeline import to_minutes
from runbook_ops.operations.find_slots import find_slots
from runbook_ops.site_time import from_site, utc_now
from runbook_ops.store.services import Service, WantedPart, load_service

GOAL = 2.0
TABLES = ("Service Booking", "Resource Claim", "Resource Stamp")
TURNS = 9
PEOPLE = 50
DAYS = 30
AHEAD = 1_000
STORED = 100_000


def measure(quick: bool) -> list[Row]:
	"""Both rows."""
	shrink = 50 if quick else 1
	service, people = _business(PEOPLE // (10 if quick else 1))
	_store(service, people, AHEAD // shrink, first_day=1, days=DAYS)
	frappe.db.commit()
	history, crowd = (STORED - AHEAD) // shrink, STORED // shrink
	return [
		_row("slots_growth", GOAL, service, quick, lambda: _store(service, people, history, -730, 730)),
		_row(
			"slots_growth_all_ahead",
			None,
			service,
			quick,
			lambda: (_empty(), _store(service, people, crowd, first_day=1, days=90)),
		),
	]


def _business(people: int) -> tuple[str, list[str]]:
	for name in frappe.get_all("Service Resource", pluck="name"):
		frappe.db.set_value("Service Resource", name, "active", 0)
	service = make.bookable_service(minutes=30, booking_horizon_days=0)
	return service.name, [make.person().name for _ in range(people)]


def _row(name: str, goal: float | None, service: str, quick: bool, fill: Callable[[], object]) -> Row:
	turns = 2 if quick else TURNS
	with two_sizes(TABLES) as sizes:
		progress(f"{name}: storing bookings")
		sizes.stand(True)
		fill()
		frappe.db.commit()
		sizes.settle()
		found = load_service(service)
		ratio = interleaved(name, _search(sizes, True, found), _search(sizes, False, found), turns)
		detail = f"{ratio.told()}; {_statements(sizes, found)}"
	return Row(name, ratio.value, goal, detail=detail)


def _search(sizes: TwoSizes, large: bool, service: Service) -> Callable[[], float]:
	def run() -> float:
		sizes.stand(large)
		_find(service)
		return seconds(lambda: _find(service))

	return run


def _find(service: Service) -> tuple:
	frappe.db.rollback()
	now = utc_now()
	return find_slots((WantedPart(service),), now, now + timedelta(days=DAYS))


def _statements(sizes: TwoSizes, service: Service) -> str:
	found, slots, rows = [], [], []
	for large in (True, False):
		sizes.stand(large)
		slots.append(len(_find(service)))
		statements, read = counted(lambda: _find(service))
		found.append(statements)
		rows.append(read)
	if found[0] != found[1]:
		raise AssertionError(f"{found[0]} SQL statements with many bookings, {found[1]} with few")
	return f"{found[0]} SQL statements each; rows read {rows[0]} / {rows[1]}; slots {slots[0]} / {slots[1]}"


def _empty() -> None:
	frappe.db.sql("delete from `tabResource Claim`")
	frappe.db.sql("delete from `tabService Booking`")


def _store(service: str, people: list[str], count: int, first_day: int, days: int) -> None:
	"""Confirmed or completed visits of a quarter of an hour, evenly over people, days and the ten open hours."""
	start = to_minutes(from_site(make.day(first_day, "08:00")))
	stamp, state = (
		"now(6), now(6), 'Administrator', 'Administrator'",
		"Confirmed" if first_day > 0 else "Completed",
	)
	prefix = f"BENCH{first_day}-"
	person = f"elt(1 + n.seq % {len(people)}, {', '.join(frappe.db.escape(name) for name in people)})"
	a_day = f"{len(people)} * {days}"
	when = (
		f"{start} + 1440 * ((n.seq div {len(people)}) % {days})"
		f" + 15 * ((7 * (n.seq div ({a_day})) + 11 * (n.seq % {len(people)}) + 3 * ((n.seq div {len(people)}) % {days})) % 40)"
	)
	source = f"from `seq_1_to_{count}` n"
	frappe.db.sql(
		"insert into `tabService Booking` (name, creation, modified, owner, modified_by, service, status, starts_at,"
		" starts_at_utc)"
		f" select concat('{prefix}', n.seq), {stamp}, {frappe.db.escape(service)}, '{state}',"
		f" from_unixtime(60 * ({when})), from_unixtime(60 * ({when})) {source}"
	)
	frappe.db.sql(
		"insert into `tabResource Claim` (name, creation, modified, owner, modified_by, resource, holder, start_minute,"
		" end_minute)"
		f" select left(md5(concat('{prefix}', n.seq)), 16), {stamp}, {person}, concat('{prefix}', n.seq),"
		f" {when}, {when} + 15 {source}"
	)
