"""A hundred requests for one time at once, through the web server: as many as fit get it, the others are told what is open."""

from datetime import timedelta
from time import monotonic

import frappe
import pytest
from tests import factories as make
from tests.faults.claims import Client, told

from runbook_ops.core.booking import CLAIMING

pytestmark = pytest.mark.commits

BOOK = "/api/method/runbook_ops.api.bookings.book"
INSERT = "/api/resource/Service%20Booking"
AT_ONCE = 100


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
			answers = desk.post_together(path, wishes_for(day))
			odd = [answer for answer in answers if answer.status not in (200, 409)]
			assert told(answers) == f"{places} x 200, {AT_ONCE - places} x 409", odd[:1]
			assert all(answer.body["next_open"] for answer in answers if answer.status == 409)
			assert len(claiming(day)) == places
			assert no_two_overlap(day)
		figures(f"{count} rounds of {AT_ONCE}: {places} booked each time, {monotonic() - started:.0f} s")

	return run


def claiming(day) -> list:
	"""The bookings of a day that hold time, as they are stored now."""
	frappe.db.rollback()
	filters = {
		"status": ("in", list(CLAIMING)),
		"starts_at": ("between", (day.date(), day.date())),
	}
	return frappe.get_all("Service Booking", filters, pluck="name")


def no_two_overlap(day) -> bool:
	"""Whether the claims on each resource lie apart, as the rows themselves tell."""
	rows = frappe.get_all(
		"Resource Claim",
		{"booking": ("in", claiming(day))},
		["resource", "start_minute", "end_minute"],
		order_by="resource asc, start_minute asc",
	)
	assert rows
	return all(
		one.resource != other.resource or one.end_minute <= other.start_minute
		for one, other in zip(rows, rows[1:], strict=False)
	)


def wish(**values) -> dict:
	"""What one request asks for: a customer, and what the test adds."""
	return {"customer": make.customer().name, **values}


def test_one_slot(rounds):
	base = wish(service=make.bookable_service(minutes=30).name, resource=make.person().name)
	frappe.db.commit()
	rounds(20, BOOK, lambda day: [{**base, "starts_at": day}] * AT_ONCE)


def test_one_slot_by_rest_insert(rounds):
	service, who = make.bookable_service(minutes=30).name, make.person().name
	base = wish(service=service, status="Confirmed", resources=[{"resource": who}])
	frappe.db.commit()
	rounds(4, INSERT, lambda day: [{**base, "starts_at": day}] * AT_ONCE)


def test_overlapping_slots_of_a_room_and_one_of_two_people(rounds):
	"""Twelve starts, five minutes apart, that all overlap; half of the wishes share only the room."""
	base = wish(service=make.bookable_service(minutes=60, needs=["Person", "Room"]).name)
	ann, bea, room = make.person().name, make.person().name, make.room().name
	frappe.db.commit()

	def wishes(day):
		return [
			{
				**base,
				"starts_at": day + timedelta(minutes=5 * (number % 12)),
				"values": {"resources": [{"resource": room}, {"resource": (ann, bea)[number % 2]}]},
			}
			for number in range(AT_ONCE)
		]

	rounds(4, BOOK, wishes)


def test_anyone_of_three(rounds):
	skill = make.skill()
	for _ in range(3):
		make.person(skills=[skill])
	base = wish(service=make.bookable_service(needs=[{"kind": "Person", "skill": skill.name}]).name)
	frappe.db.commit()
	rounds(3, BOOK, lambda day: [{**base, "starts_at": day}] * AT_ONCE, places=3)
