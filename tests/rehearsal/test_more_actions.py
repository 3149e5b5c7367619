"""Questions, corrections, what a cancel takes back and who is told of a loss, in a rehearsal as on the site."""

import pytest

from runbook_ops.chain_library import read_library
from runbook_ops.core.chains.spec import ENDED_STEPS

BOOKED = "2026-06-01 08:00 | book | ada | start=2026-07-03 10:00"


@pytest.fixture
def tell_with(tell, shop_data):
	"""As `tell`, with a service that names its chain."""

	def run(chain, *lines):
		services = [{**row, "chain": chain} if row["name"] == "Cut" else row for row in shop_data["services"]]
		return tell(*lines, services=services)

	return run


def steps(world, ref, chain):
	(run,) = (run for run in world.bookings[ref].runs if run.spec.code == chain)
	return run.current


def test_every_question_of_the_library_gets_its_first_answer(tell_with):
	world = tell_with("renovation", BOOKED)
	found = steps(world, "ada", "renovation")
	assert (found["permit"].answer, found["permit_granted"].answer) == ("Needed", "Granted")
	assert found["permit_refused"].reason_code == "condition_not_met"
	assert all(step.state in ENDED_STEPS for step in found.values())


def test_who_knew_of_a_visit_hears_that_it_is_somebody_elses(tell, shop_data):
	dee = {**shop_data["resources"][0], "name": "Dee", "email": "dee@shop.example.com"}
	world = tell(
		BOOKED + " | resources=Ana",
		"2026-06-02 08:00 | reschedule | ada | start=2026-07-06 10:00 | resources=Dee",
		resources=[*shop_data["resources"], dee],
	)
	told = [
		(message.to, message.recipient) for message in world.outbox if message.kind.startswith("Tell who")
	]
	assert told == [("previous_technician", "ana@shop.example.com")]


def test_every_chain_of_the_library_can_be_rehearsed(tell_with):
	for spec in read_library():
		if spec.trigger.value == "booking_confirmed":
			world = tell_with(spec.code, BOOKED)
			assert [
				run.spec.code for run in world.bookings["ada"].runs if run.spec.trigger is spec.trigger
			] == [spec.code]


def test_what_was_ordered_for_a_cancelled_visit_is_taken_back(tell):
	booked = BOOKED.replace("start=", "service=Visit | address=1 Road | start=")
	again = booked.replace("| ada |", "| bob |").replace("10:00", "13:00")
	world = tell(booked, again, "2026-06-01 09:00 | cancel | bob | notes=changed plans")
	step = steps(world, "bob", "service_visit")["undo.check_materials"]
	assert step.effect == "cancelled: GLUE" and world.orders == []
