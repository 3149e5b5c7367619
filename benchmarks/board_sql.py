"""How many SQL statements does the Day Board ask for, with 50 people and 400 bookings on the day?

Counted by the server, for `api.board.day` as the front desk calls it: all statements of the call, permission check included,
in a process that has answered before (`board_sql`), and in one whose caches are all empty (`board_sql_cold`, without a goal).
The figure must be the same for a fifth of the people and bookings.
"""

import frappe
from tests import factories as make

from benchmarks.business import copy_rows
from benchmarks.measure import seconds, span
from benchmarks.report import Row
from benchmarks.site import counted
from runbook_ops.api import board
from runbook_ops.core.timeline import to_minutes
from runbook_ops.site_time import from_site
from runbook_ops.store import stamps

GOAL = 3
PEOPLE = 50
BOOKINGS = 400
AHEAD = 3
UNIT = "SQL"


def measure(quick: bool) -> list[Row]:
	"""Both rows."""
	shrink = 10 if quick else 1
	few = _asked(PEOPLE // (5 * shrink), BOOKINGS // (5 * shrink))
	many = _asked(PEOPLE // shrink - PEOPLE // (5 * shrink), BOOKINGS // shrink - BOOKINGS // (5 * shrink))
	if few.warm != many.warm:
		raise AssertionError(f"{many.warm} SQL statements with many bookings, {few.warm} with few")
	return [
		Row("board_sql", many.warm, GOAL, UNIT, many.told()),
		Row("board_sql_cold", many.cold, None, UNIT, "every cache of process and Redis empty"),
	]


class _asked:
	"""A day with so many more people and bookings, and what reading it takes."""

	def __init__(self, people: int, bookings: int):
		_store(people, bookings)
		frappe.set_user(make.user("Runbook Front Desk").name)
		frappe.db.commit()
		self.cold = self._cold()
		_read()
		self.warm, self.rows = counted(_read)
		self.took = min(seconds(_read) for _ in range(5))
		self.day = _read()
		frappe.set_user("Administrator")

	def _cold(self) -> int:
		frappe.clear_cache()
		frappe.local.cache = {}
		stamps.resources_changed()
		frappe.db.commit()
		return counted(_read)[0]

	def told(self) -> str:
		"""What was read, and how long a warm call took."""
		return (
			f"{len(self.day['columns'])} columns, {len(self.day['bookings'])} bookings, {self.rows} rows read,"
			f" {span(self.took)}"
		)


def _read() -> dict:
	return board.day(make.day(AHEAD).date().isoformat())


def _store(people: int, bookings: int) -> None:
	"""So many more people with their visits of an hour and a quarter, which are copies of a real one."""
	service = make.bookable_service(minutes=45)
	for _ in range(people):
		person = make.person()
		count = min(bookings, 8)
		bookings -= count
		first = make.booking(service=service, resources=[person], starts_at=make.day(AHEAD, "08:00"))
		_copy(first.name, person.name, count - 1)


def _copy(booking: str, person: str, count: int) -> None:
	if count < 1:
		return
	name, start = f"concat('{booking}-', n.seq)", to_minutes(from_site(make.day(AHEAD, "08:00")))
	later = "date_add(origin.`{0}`, interval n.seq * 70 minute)"
	times = {field: later.format(field) for field in ("starts_at", "ends_at", "starts_at_utc", "ends_at_utc")}
	copy_rows("Service Booking", {"name": name, **times}, f"origin.name = '{booking}'", count)
	row = {"name": f"concat(left(md5('{booking}'), 10), '-', n.seq)", "parent": name}
	copy_rows("Service Booking Resource", row, f"origin.parent = '{booking}'", count)
	claim = {
		"name": f"concat(left(md5('{booking}'), 9), 'c', n.seq)",
		"holder": name,
		"start_minute": f"{start} + n.seq * 70",
		"end_minute": f"{start} + n.seq * 70 + 45",
	}
	copy_rows("Resource Claim", claim, f"origin.holder = '{booking}' and origin.resource = '{person}'", count)
