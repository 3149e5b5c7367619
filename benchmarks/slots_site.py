"""How long does a calendar of 30 days take on the site, and does it stay so?

The businesses of `benchmarks/calendars.py` as stored bookings: fifty people, a hundred thousand bookings, all of them ahead at the
desk, mostly history in the field. Timed over HTTP, one worker: `api.slots.days` beyond an empty whitelisted call, in turns, the
median of each. `slots_http_*_cold`: after a write on the bookings of every resource, so that no claim is at hand;
`slots_http_*_set_up`, without a goal: after a write on their hours and skills as well, as after a restart; `slots_http_warm`: the same again, the slower of the two businesses. `slots_sql`: the most SQL statements that a search sent, with
everything, or nothing, or only the claims out of date, for few and for many people and days. `slots_history`: the field's
calendar, cold, with ten times the history over now.
"""

from collections.abc import Callable
from datetime import timedelta
from statistics import median

import frappe
from tests import factories as make

from benchmarks.calendars import DAY, FIRST_DAY, Crowd, desk, field
from benchmarks.measure import interleaved, seconds, span
from benchmarks.report import Row, progress
from benchmarks.site import counted, two_sizes
from benchmarks.web import Web, serving
from runbook_ops.operations.find_slots import find_slots, open_days
from runbook_ops.site_time import to_site, utc_now
from runbook_ops.store import stamps
from runbook_ops.store.claims import MILLION
from runbook_ops.store.services import WantedPart, load_service

DAYS = 30
DESK_GOAL, FIELD_GOAL, WARM_GOAL = 30, 10, 2
SQL_GOAL = 3
HISTORY_GOAL = 1.3
TABLES = ("Resource Claim", "Resource Stamp")
HERE = (48.18, 11.57)
METHOD = "runbook_ops.api.slots.days"
INSERT = """insert into `tabResource Claim` (name, creation, modified, owner, modified_by, resource, holder, start_minute, end_minute,
	latitude_e6, longitude_e6) values {places}"""
ROW = "(%s, now(6), now(6), 'Administrator', 'Administrator', %s, %s, %s, %s, %s, %s)"
AT_ONCE = 2_000
OLDER = """insert into `tabResource Claim` (name, creation, modified, owner, modified_by, resource, holder, start_minute, end_minute,
	latitude_e6, longitude_e6)
	select left(md5(concat(c.name, n.seq)), 16), c.creation, c.modified, c.owner, c.modified_by, c.resource, c.holder,
	c.start_minute - n.seq * %(span)s, c.end_minute - n.seq * %(span)s, c.latitude_e6, c.longitude_e6
	from `tabResource Claim` c join `seq_1_to_1000` n on n.seq <= %(times)s
	where c.resource in %(people)s and c.start_minute < %(today)s"""


def measure(quick: bool) -> list[Row]:
	"""All rows."""
	turns = 3 if quick else 15
	people = 6 if quick else 50
	for name in frappe.get_all("Service Resource", pluck="name", order_by="name asc"):
		frappe.get_doc("Service Resource", name).update({"active": 0}).save()
	shops = [Shop(desk(people, 1), 10), Shop(field(people, 1), 9)]
	token = make.api_token(make.user("Runbook Front Desk"))
	frappe.db.commit()
	with serving(token) as web:
		cold = {shop.name: _http(web, shop, turns, shop.book) for shop in shops}
		set_up = {shop.name: _http(web, shop, turns, shop.spoil) for shop in shops}
		warm = {shop.name: _http(web, shop, turns, lambda: None) for shop in shops}
	slower = max(warm, key=lambda name: warm[name][0])
	return [
		Row("slots_http_desk_cold", cold["desk"][0], DESK_GOAL, "ms", cold["desk"][1]),
		Row("slots_http_field_cold", cold["field"][0], FIELD_GOAL, "ms", cold["field"][1]),
		*(Row(f"slots_http_{name}_set_up", told[0], None, "ms", told[1]) for name, told in set_up.items()),
		Row(
			"slots_http_warm",
			warm[slower][0],
			WARM_GOAL,
			"ms",
			"; ".join(f"{k} {v[1]}" for k, v in warm.items()),
		),
		_sql(shops),
		_history(shops[1], quick),
	]


class Shop:
	"""A business as records of the site, its first day today."""

	def __init__(self, crowd: Crowd, hours: int):
		self.name = crowd.name
		self.crowd = crowd
		skill = make.skill().name
		closes = f"{8 + hours:02}:30"
		able = set(crowd.questions[0].people)
		self.service = make.bookable_service(
			minutes=crowd.questions[0].duration,
			needs=[{"kind": "Person", "skill": skill}],
			needs_address=int(crowd.name == "field"),
			booking_horizon_days=0,
		).name
		self.people = {
			name: make.person(
				skills=[skill] if name in able else [],
				hours=make.weekly_hours("08:00", "12:30") + make.weekly_hours("13:00", closes),
				latitude=HERE[0] - 0.05,
				longitude=HERE[1] + 0.05,
			).name
			for name in crowd.workers
		}
		self.shift = (int(utc_now().timestamp()) // 60 // DAY - FIRST_DAY) * DAY
		self.store()
		frappe.db.sql("analyze table `tabResource Claim`")
		frappe.db.commit()

	def store(self) -> None:
		"""The claims."""
		progress(f"{self.name}: storing bookings")
		rows = []
		for name, worker in self.crowd.workers.items():
			for start, end, place in worker.claims:
				begin = start + self.shift
				key = frappe.generate_hash(length=16)
				span_and_place = (begin, begin + end - start, *_degrees(place))
				rows.append((key, self.people[name], f"BENCH-{len(rows)}", *span_and_place))
		for first in range(0, len(rows), AT_ONCE):
			some = rows[first : first + AT_ONCE]
			values = [value for row in some for value in row]
			frappe.db.sql(INSERT.format(places=", ".join([ROW] * len(some))), values)
		stamps.touch(self.people.values())

	def age(self, times: int) -> None:
		"""So many times the history once more, before what there is."""
		progress(f"{self.name}: storing {times} times the history")
		today = FIRST_DAY * DAY + self.shift
		frappe.db.sql(
			OLDER, {"people": tuple(self.people.values()), "today": today, "times": times, "span": 644 * DAY}
		)
		stamps.touch(self.people.values())

	@property
	def wanted(self) -> tuple[WantedPart, ...]:
		"""The visit that is asked for."""
		service = load_service(self.service)
		assert service is not None
		return (WantedPart(service),)

	def book(self) -> None:
		"""As after a booking with every resource."""
		stamps.touch(self.people.values())
		frappe.db.commit()

	def spoil(self) -> None:
		"""As after a write on every resource and on their hours."""
		stamps.touch((stamps.RESOURCES, *self.people.values()))
		frappe.db.commit()

	def calendar(self, days: int = DAYS) -> int:
		"""How many days have an open slot."""
		frappe.db.rollback()
		now = utc_now()
		place = HERE if self.name == "field" else None
		return len(open_days(self.wanted, now, now + timedelta(days=days), place=place))

	def first(self) -> int:
		"""How many of twenty slots are found."""
		frappe.db.rollback()
		now = utc_now()
		return len(find_slots(self.wanted, now, now + timedelta(days=DAYS), limit=20))


def _degrees(place) -> tuple[int, int]:
	from math import asin, atan2, degrees

	if place is None:
		return 0, 0
	x, y, z = place
	return round(degrees(asin(z)) * MILLION), round(degrees(atan2(y, x)) * MILLION)


def _http(web: Web, shop: Shop, turns: int, before: Callable[[], object]) -> tuple[float, str]:
	now = to_site(utc_now())
	values = {"services": shop.service, "first": str(now), "last": str(now + timedelta(days=DAYS))}

	def ask() -> float:
		before()
		return web.seconds(METHOD, **values)

	ratio = interleaved("slots_http", ask, lambda: web.seconds("ping"), turns)
	beyond = (median(ratio.over) - median(ratio.under)) * 1000
	return beyond, f"{span(median(ratio.over))} / {span(median(ratio.under))}"


def _sql(shops: list[Shop]) -> Row:
	most, told = 0, []
	bare = counted(frappe.db.rollback)[0]
	for shop in shops:
		for name, work in (
			("30 days", shop.calendar),
			("90 days", lambda shop=shop: shop.calendar(90)),
			("first", shop.first),
		):
			shop.spoil()
			cold = counted(work)[0]
			shop.book()
			claims = counted(work)[0]
			warm = counted(work)[0]
			most = max(most, cold - bare, claims - bare, warm - bare)
			told.append(f"{shop.name} {name} {cold - bare}/{claims - bare}/{warm - bare}")
	return Row(
		"slots_sql", most, SQL_GOAL, "statements", "all, claims, nothing out of date: " + "; ".join(told)
	)


def _history(shop: Shop, quick: bool) -> Row:
	with two_sizes(TABLES) as sizes:
		sizes.stand(True)
		shop.age(9)
		frappe.db.commit()
		sizes.settle()

		def search(large: bool) -> Callable[[], float]:
			def run() -> float:
				sizes.stand(large)
				shop.spoil()
				shop.calendar()
				shop.spoil()
				return seconds(shop.calendar)

			return run

		ratio = interleaved("slots_history", search(True), search(False), 2 if quick else 9)
	return Row("slots_history", ratio.value, HISTORY_GOAL, detail=ratio.told())
