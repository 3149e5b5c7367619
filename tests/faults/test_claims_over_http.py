"""A hundred requests for one time at once, through the web server: as many as fit get it, the others are told what is open."""

from datetime import timedelta
from time import monotonic

import frappe
import pytest
from tests import factories as make
from tests.faults.claims import Client, claiming, no_two_overlap, told

pytestmark = pytest.mark.commits

BOOK = "/api/method/runbook_ops.api.bookings.book"
MOVE = "/api/method/runbook_ops.api.bookings.reschedule"
INSERT = "/api/resource/Service%20Booking"
AT_ONCE = 100
LOCK_WAIT = 50
"""Seconds that the database lets a transaction wait for a lock."""


@pytest.fixture
def desk(db):
	"""A front-desk user's client."""
	client = Client(make.api_token(make.user("Runbook Front Desk")))
	frappe.db.commit()
	return client


@pytest.fixture
def rounds(desk, figures):
	"""Send a hundred wishes at once, round after round, each on a day of its own; so many of each round may be booked."""

	def run(count, path, wishes_for, places=1):
		started = monotonic()
		for number in range(count):
			day = make.day(3 + number)
			answers = desk.send_together([("POST", path, one) for one in wishes_for(day)])
			odd = [answer for answer in answers if answer.status not in (200, 409)]
			assert told(answers) == f"{places} x 200, {AT_ONCE - places} x 409", odd[:1]
			assert all(answer.body["next_open"] for answer in answers if answer.status == 409)
			assert len(claiming(day)) == places
			assert no_two_overlap(day)
		figures(f"{count} rounds of {AT_ONCE}: {places} booked each time, {monotonic() - started:.0f} s")

	return run


def wish(**values) -> dict:
	"""What one request asks for: a customer, and what the test adds."""
	return {"customer": make.customer().name, **values}


def test_one_slot_by_rest_insert(rounds):
	service, who = make.bookable_service(minutes=30).name, make.person().name
	base = wish(service=service, status="Confirmed", resources=[{"resource": who}])
	frappe.db.commit()
	rounds(3, INSERT, lambda day: [{**base, "starts_at": day}] * AT_ONCE)


def test_anyone_of_three(rounds):
	skill = make.skill()
	for _ in range(3):
		make.person(skills=[skill])
	base = wish(service=make.bookable_service(needs=[{"kind": "Person", "skill": skill.name}]).name)
	frappe.db.commit()
	rounds(2, BOOK, lambda day: [{**base, "starts_at": day}] * AT_ONCE, places=3)


def test_who_comes_too_late_does_not_queue_for_the_lock(desk):
	who = make.person()
	base = wish(service=make.bookable_service(minutes=30).name, resource=who.name, starts_at=make.day(3))
	frappe.db.commit()
	assert desk.post(BOOK, base).status == 200
	frappe.db.sql("select name from `tabService Resource` where name = %s for update", who.name)
	began = monotonic()
	late = desk.post(BOOK, base)
	frappe.db.rollback()
	assert (late.status, bool(late.body["next_open"])) == (409, True)
	assert monotonic() - began < LOCK_WAIT / 5


# Moves: a method call is tried again after a conflict, a plain save as the desk does it is not, so it may not meet any.


def by_method(names, starts_at) -> list[tuple[str, str, dict]]:
	return [("POST", MOVE, {"booking": name, "starts_at": starts_at}) for name in names]


def by_save(names, starts_at) -> list[tuple[str, str, dict]]:
	return [("PUT", f"{INSERT}/{name}", {"starts_at": starts_at, "ends_at": None}) for name in names]


@pytest.mark.parametrize("moves", [by_method, by_save])
def test_many_move_to_one_slot(desk, figures, moves):
	"""Each gives back its own time and claims the same other one."""
	service, who = make.bookable_service(minutes=30, buffer_after_minutes=15).name, make.person().name
	stay = {"service": service, "customer": make.customer().name, "resources": [who]}
	day = make.day(5, "08:00")
	names = [make.booking(starts_at=day + timedelta(minutes=45 * n), **stay).name for n in range(12)]
	frappe.db.commit()
	answers = desk.send_together(moves(names, day + timedelta(minutes=45 * 12)))
	figures(told(answers))
	assert told(answers) == "1 x 200, 11 x 409", [a.body for a in answers if a.status not in (200, 409)][:1]
	assert len(claiming(day)) == 12
	assert no_two_overlap(day)


@pytest.mark.parametrize("moves", [by_method, by_save])
def test_many_move_apart(desk, figures, moves):
	"""Those who share nothing don't stand in each other's way."""
	service, day = make.bookable_service().name, make.day(5)
	for number in range(3):
		whom = make.customer().name
		names = [
			make.booking(starts_at=day, service=service, customer=whom, resources=[make.person()]).name
			for _ in range(16)
		]
		frappe.db.commit()
		answers = desk.send_together(moves(names, day + timedelta(hours=1 + number)))
		assert told(answers) == "16 x 200", [a.body for a in answers if a.status != 200][:1]
	figures("3 x 16 moves, no conflict")
	assert no_two_overlap(day)


def test_moves_into_each_others_time(desk, figures):
	"""Each wants the time that the next one has: whoever gives way first wins, and nobody waits in a circle."""
	service, who = make.bookable_service(minutes=30).name, make.person().name
	stay = {"service": service, "customer": make.customer().name, "resources": [who]}
	day, count = make.day(5, "08:00"), 12
	starts = [day + timedelta(minutes=30 * n) for n in range(count)]
	names = [make.booking(starts_at=starts_at, **stay).name for starts_at in starts]
	frappe.db.commit()
	for turn in (1, 2, 3):
		moves = [move for n, name in enumerate(names) for move in by_save([name], starts[(n + turn) % count])]
		answers = desk.send_together(moves)
		figures(told(answers))
		assert {answer.status for answer in answers} <= {200, 409}, told(answers)
		assert len(claiming(day)) == count
		assert no_two_overlap(day)
