"""Two hundred clients at once for what one or three can have, round after round, under both kinds of isolation.

`RUNBOOK_ROUNDS`: how many rounds of each (2, at night 100). Each round is on a day of its own.
"""

import os
from datetime import timedelta
from time import monotonic

import frappe
import pytest
from tests import factories as make
from tests.faults.claims import Client, claiming, no_two_overlap, told
from tests.support.tiers import tier

pytestmark = pytest.mark.commits

ROUNDS = int(os.environ.get("RUNBOOK_ROUNDS", tier("2", "100")))
CLIENTS = 200
SEATS, LEFT = 10, 3
BOOK = "/api/method/runbook_ops.api.bookings.book"


@pytest.fixture
def rounds(isolation, figures):
	"""Send the wishes of each round together; so many of them are booked, the others are told what is open instead."""
	desk = Client(make.api_token(make.user("Runbook Front Desk")))
	frappe.db.commit()

	def run(wishes_for, places=1, proof=no_two_overlap):
		spent = 0.0
		for number in range(ROUNDS):
			day = make.day(3 + number)
			wishes = [("POST", BOOK, wish) for wish in wishes_for(day)]
			assert len(wishes) == CLIENTS
			started = monotonic()
			answers = desk.send_together(wishes)
			spent += monotonic() - started
			odd = [answer for answer in answers if answer.status not in (200, 409)]
			assert told(answers) == f"{places} x 200, {CLIENTS - places} x 409", (number, odd[:1])
			assert all(answer.body["next_open"] for answer in answers if answer.status == 409)
			assert proof(day)
		figures(
			f"snapshot isolation {isolation}, {ROUNDS} rounds of {CLIENTS}: {places} booked and {CLIENTS - places} refused"
			f" each time, {spent / ROUNDS:.1f} s a round"
		)

	return run


def one_booking(day) -> bool:
	return len(claiming(day)) == 1 and no_two_overlap(day)


def wish(**values) -> dict:
	return {"customer": make.customer().name, **values}


def test_one_slot(rounds):
	base = wish(service=make.bookable_service(minutes=30).name, resource=make.person().name)
	frappe.db.commit()
	rounds(lambda day: [{**base, "starts_at": day}] * CLIENTS, proof=one_booking)


def test_overlapping_slots(rounds):
	"""Twelve starts, five minutes apart, each overlapping all others."""
	base = wish(service=make.bookable_service(minutes=60).name, resource=make.person().name)
	frappe.db.commit()

	def wishes(day):
		return [{**base, "starts_at": day + timedelta(minutes=5 * (n % 12))} for n in range(CLIENTS)]

	rounds(wishes, proof=one_booking)


def test_person_room_and_machine(rounds):
	"""Two people, two rooms, and the one machine that all of them need."""
	base = wish(service=make.bookable_service(needs=["Person", "Room", "Equipment"]).name)
	people = [make.person().name, make.person().name]
	places = [make.room().name, make.room().name]
	machine = make.resource("Equipment").name
	frappe.db.commit()

	def wishes(day):
		sets = [(people[n % 2], places[n // 2 % 2], machine) for n in range(CLIENTS)]
		return [
			{**base, "starts_at": day, "values": {"resources": [{"resource": name} for name in names]}}
			for names in sets
		]

	rounds(wishes, proof=one_booking)


def test_the_last_seats_of_a_class(rounds):
	service, leader = make.bookable_service(capacity=SEATS, service_name=make.unique("Yoga")), make.person()
	base = wish(service=service.name)
	for number in range(ROUNDS + 1):
		session = make.class_session(service=service, resources=[leader], starts_at=make.day(3 + number))
		make.booking(
			service=service,
			class_session=session.name,
			starts_at=session.starts_at,
			resources=[],
			seats=SEATS - LEFT,
			customer=base["customer"],
		)
	frappe.db.commit()

	def full(day) -> bool:
		frappe.db.rollback()
		session = frappe.get_doc("Class Session", {"service": service.name, "starts_at": day})
		seats = frappe.get_all("Class Seat", {"session": session.name}, pluck="name", order_by="name asc")
		return len(set(seats)) == session.seats_taken == SEATS and len(claiming(day)) == LEFT + 1

	rounds(lambda day: [{**base, "starts_at": day}] * CLIENTS, places=LEFT, proof=full)
