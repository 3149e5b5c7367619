"""How many SQL statements does a reschedule need to plan a run's steps anew, whether it has 5 or 50?

Counted: what `operations.change_booking.reschedule_booking` sends to the server, whole, for a booking whose chain has so many
steps that hang on its start. `replan_sql`: the statements about the steps themselves, one read and one write; `replan_sql_all`:
all of the reschedule's, claims and records included, without a goal. Both must be the same for 5 and for 50 steps. The process has
rescheduled before.
"""

from collections.abc import Callable
from datetime import timedelta

import frappe
from tests import factories as make

from benchmarks.measure import seconds, span
from benchmarks.report import Row
from runbook_ops.operations.change_booking import reschedule_booking
from runbook_ops.site_time import from_site

GOAL = 2
SIZES = (5, 50)
STEPS = "`tabChain Step Run`"
UNIT = "SQL"


def measure(quick: bool) -> list[Row]:
	"""Both rows."""
	few, many = (_Rescheduled(size) for size in SIZES)
	if (few.about_steps, few.all) != (many.about_steps, many.all):
		told = f"{many.about_steps} of {many.all} with {SIZES[1]} steps, {few.about_steps} of {few.all} with {SIZES[0]}"
		raise AssertionError(f"statements grow with the steps: {told}")
	detail = f"{SIZES[0]} and {SIZES[1]} steps alike; a reschedule takes {span(few.took)} / {span(many.took)}"
	return [
		Row("replan_sql", many.about_steps, GOAL, UNIT, detail),
		Row("replan_sql_all", many.all, None, UNIT, "everything that a reschedule asks for"),
	]


class _Rescheduled:
	"""A booking whose chain has so many steps, and what moving it costs."""

	def __init__(self, steps: int):
		chain = make.chain(
			[
				make.message(f"reminder_{number}", anchor="booking_start", offset_minutes=-60 - number)
				for number in range(steps)
			]
		)
		self.booking = make.booking(service=make.bookable_service(chain=chain.name), starts_at=make.day(5))
		self.ahead = 5
		frappe.db.commit()
		self._move()
		heard = _heard(self._move)
		self.all, self.about_steps = len(heard), sum(STEPS in query for query in heard)
		self.took = min(seconds(self._move) for _ in range(3))
		planned = {"run": self._run(), "revision": self.ahead - 5, "state": "Planned"}
		if frappe.db.count("Chain Step Run", planned) != steps:
			raise AssertionError(f"{steps} steps should be planned anew")
		frappe.db.rollback()

	def _run(self) -> str:
		return frappe.db.get_value("Chain Run", {"booking": self.booking.name})

	def _move(self) -> None:
		self.ahead += 1
		reschedule_booking(self.booking.name, from_site(make.day(5)) + timedelta(days=self.ahead - 5))
		frappe.db.commit()


def _heard(work: Callable[[], object]) -> list[str]:
	"""The statements that the connection sends meanwhile."""
	heard: list[str] = []
	send = frappe.db.sql

	def listen(query, *args, **kwargs):
		heard.append(str(query))
		return send(query, *args, **kwargs)

	frappe.db.sql = listen
	try:
		work()
	finally:
		del frappe.db.sql
	return heard
