"""What does planning a 14-step chain add to booking a visit?

Timed are whole operations, each in a transaction of its own with a real commit and what runs after it (the doorbell's push to
Redis included). `confirm`: `operations.change_booking.book_visit` of a booking that is confirmed at once, over the same call
with the chain switched off: the same checks, the same claims on one person's hour. `confirm_request`: a stored request is
confirmed by `confirm_booking`, which loads, checks, claims, plans and saves it, over that same insert with no chain. A turn is
several bookings, each at an hour of its own; everything else about them is alike.
"""

from collections.abc import Callable, Iterator
from datetime import datetime

import frappe
from tests import factories as make

from benchmarks.measure import interleaved, seconds
from benchmarks.report import Row
from runbook_ops.operations.change_booking import book_visit, confirm_booking

GOAL = 2.0
TURNS = 11
STEPS = 14


def measure(quick: bool) -> list[Row]:
	"""Both rows."""
	turns, size = (2, 1) if quick else (TURNS, 10)
	desk = Desk()
	with_chain, without = desk.booking(True, size), desk.booking(False, size)
	whole = interleaved("confirm", with_chain, without, turns)
	asked = interleaved("confirm_request", desk.confirming(size), without, turns)
	return [
		Row("confirm", whole.value, GOAL, detail=whole.told(size)),
		Row("confirm_request", asked.value, GOAL, detail=asked.told(size)),
	]


class Desk:
	"""Somebody who books visits of one service for one customer, hour after hour."""

	def __init__(self):
		self.values = {"service": make.bookable_service().name, "customer": make.customer().name}
		self.places = self._places([make.person().name for _ in range(10)])
		frappe.db.commit()

	@staticmethod
	def _places(people: list[str]) -> Iterator[tuple[str, datetime]]:
		for ahead in range(3, 60):
			for hour in range(8, 18):
				for person in people:
					yield person, make.day(ahead, f"{hour:02}:00")

	def next_visit(self) -> dict:
		"""The values of a booking nobody has made yet."""
		person, starts_at = next(self.places)
		return {**self.values, "starts_at": starts_at, "resources": [{"resource": person}]}

	def booking(self, chain: bool, size: int) -> Callable[[], float]:
		"""Book confirmed visits, with the chain switched on or off."""

		def run() -> float:
			_switch(chain)
			return sum(_booked(self.next_visit(), chain) for _ in range(size))

		return run

	def confirming(self, size: int) -> Callable[[], float]:
		"""Confirm requests that were stored before."""

		def run() -> float:
			_switch(True)
			names = [book_visit(self.next_visit()) for _ in range(size)]
			frappe.db.commit()
			return sum(_confirmed(name) for name in names)

		return run


def _switch(on: bool) -> None:
	frappe.db.set_value("Trigger Chain", {"trigger_event": "booking_confirmed"}, "enabled", int(on))
	frappe.db.commit()


def _booked(values: dict, chain: bool) -> float:
	names = []

	def work() -> None:
		names.append(book_visit(values, confirm=True))
		frappe.db.commit()

	spent = seconds(work)
	_check(names[0], STEPS if chain else 0)
	return spent


def _confirmed(name: str) -> float:
	def work() -> None:
		confirm_booking(name)
		frappe.db.commit()

	spent = seconds(work)
	_check(name, STEPS)
	return spent


def _check(booking: str, steps: int) -> None:
	(found,) = frappe.db.sql(
		"select count(*) from `tabChain Step Run` step join `tabChain Run` run on run.name = step.run"
		" where run.booking = %s",
		booking,
	)[0]
	claimed = frappe.db.count("Resource Claim", {"holder": booking})
	frappe.db.rollback()
	if (found, claimed) != (steps, 1):
		raise AssertionError(f"{booking} has {found} steps and {claimed} claims, not {steps} and 1")
