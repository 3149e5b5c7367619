"""Does claiming a slot stay as quick when a hundred times as many bookings are stored?

Timed: `store.claims` locks a person, takes a quarter of an hour and commits; a turn is fifty of them, each at a time of its own,
given back after it. `claim_growth`: with 1,000,000 stored bookings over with 10,000, of which a tenth lie ahead and have their
five-minute rows, as the daily tidying leaves them. The large and the small tables take turns under the real names.
"""

from collections.abc import Callable

import frappe
from tests import factories as make

from benchmarks.measure import interleaved, seconds
from benchmarks.report import Row, progress
from benchmarks.site import TwoSizes, two_sizes
from runbook_ops.core.timeline import to_minutes
from runbook_ops.site_time import from_site
from runbook_ops.store import claims

GOAL = 1.3
TABLES = ("Resource Claim", "Slot Bucket")
LARGE, SMALL = 1_000_000, 10_000
PEOPLE = 50
SIZE = 50
TURNS = 11
LENGTH = 15
STAMP = "now(6), now(6), 'Administrator', 'Administrator'"


def measure(quick: bool) -> list[Row]:
	"""The row."""
	shrink = 100 if quick else 1
	people = [make.person().name for _ in range(PEOPLE)]
	start = to_minutes(from_site(make.day(1, "08:00")))
	frappe.db.commit()
	with two_sizes(TABLES) as sizes:
		for large, count in ((False, SMALL // shrink), (True, LARGE // shrink)):
			progress(f"claim_growth: storing {count} bookings")
			sizes.stand(large)
			_store(people, count, start)
		sizes.settle()
		timed = [_claims(sizes, large, people, start) for large in (True, False)]
		ratio = interleaved("claim_growth", *timed, 2 if quick else TURNS)
	return [Row("claim_growth", ratio.value, GOAL, detail=ratio.told(SIZE))]


def _claims(sizes: TwoSizes, large: bool, people: list[str], start: int) -> Callable[[], float]:
	free = start + 400 * 24 * 60

	def work() -> None:
		for number in range(SIZE):
			who = people[number % PEOPLE]
			claims.lock_resources([who])
			begin = free + LENGTH * number
			if claims.take(f"BENCH-NEW-{number}", [who], begin, begin + LENGTH):
				raise AssertionError("The time is taken.")
			frappe.db.commit()

	def run() -> float:
		sizes.stand(large)
		taken = seconds(work)
		for number in range(SIZE):
			claims.release(f"BENCH-NEW-{number}")
		frappe.db.commit()
		return taken

	return run


def _store(people: list[str], count: int, start: int) -> None:
	"""Quarters of an hour, 40 a person and day, a tenth of them ahead."""
	person = f"elt(1 + n.seq % {PEOPLE}, {', '.join(frappe.db.escape(name) for name in people)})"
	day = f"cast(n.seq div {PEOPLE * 40} as signed) - {count * 9 // 10 // (PEOPLE * 40)}"
	when = f"{start} + 1440 * ({day}) + {LENGTH} * ((n.seq div {PEOPLE}) % 40)"
	frappe.db.sql(
		"insert into `tabResource Claim` (name, creation, modified, owner, modified_by, resource, holder, start_minute, end_minute)"
		f" select left(md5(n.seq), 16), {STAMP}, {person}, concat('BENCH-', n.seq), {when}, {when} + {LENGTH} from `seq_1_to_{count}` n"
	)
	frappe.db.sql(
		"insert into `tabSlot Bucket` (name, creation, modified, owner, modified_by, resource, holder, bucket)"
		f" select concat(c.resource, '|', c.start_minute div 5 + b.seq), {STAMP}, c.resource, c.holder, c.start_minute div 5 + b.seq"
		f" from `tabResource Claim` c join `seq_0_to_{LENGTH // 5 - 1}` b where c.start_minute >= {start} and c.holder like 'BENCH-%%'",
	)
	frappe.db.commit()
