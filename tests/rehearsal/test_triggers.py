"""What starts chains in a rehearsal: conditions of the chain, what steps do to the job, the end of another chain; facts as on the site."""

import pytest

from runbook_ops.core.chains.facts import build_facts

BOOKED = "2026-06-01 08:00 | book | ada | start=2026-06-05 10:00"


def chain(code, trigger, *steps, **values):
	rows = [
		{
			"code": "look",
			"action": "create_follow_up",
			"settings": {"subject": f"{code}: {{{{ customer_name }}}}"},
		}
	]
	return {"code": code, "title": code, "trigger": trigger, "steps": list(steps) or rows, **values}


def codes(world, ref="ada"):
	return [run.spec.code for run in world.bookings[ref].runs]


def test_a_condition_of_the_chain_decides_whether_it_starts(tell):
	own = chain("own", "booking_confirmed", condition={"all": [["source", "=", "web"]]})
	world = tell(BOOKED, "2026-06-01 08:05 | book | bob | start=2026-06-05 14:00 | source=web", chains=[own])
	assert codes(world) == ["service_visit"]
	assert set(codes(world, "bob")) == {"own", "service_visit"}
	assert "own was not started. The chain's condition did not hold: source = web (it was not known)." in [
		text for _, text in world.bookings["ada"].story
	]


@pytest.mark.parametrize("event", ["job_created", "job_assigned"])
def test_what_steps_do_to_the_job_starts_chains(tell, event):
	world = tell(BOOKED, chains=[chain("own", event)])
	assert codes(world) == ["service_visit", "own"]


def test_the_end_of_a_chain_starts_the_one_that_waits_for_it(tell):
	world = tell(
		BOOKED, chains=[chain("a", "booking_confirmed"), chain("b", "chain_ended", trigger_chain="a")]
	)
	assert [code for code in codes(world) if code in "ab"] == ["a", "b"]


def test_chains_that_end_in_one_another_come_to_an_end(tell):
	ring = [chain("a", "chain_ended", trigger_chain="b"), chain("b", "chain_ended", trigger_chain="a")]
	world = tell(
		BOOKED, chains=[chain("c", "booking_confirmed"), chain("a0", "chain_ended", trigger_chain="c"), *ring]
	)
	assert len(codes(world)) < 10
	start = chain("b", "booking_confirmed")
	world = tell(
		BOOKED,
		chains=[
			start,
			chain("a", "chain_ended", trigger_chain="a2"),
			chain("a2", "chain_ended", trigger_chain="b"),
		],
	)
	assert [code for code in codes(world) if code != "service_visit"] == ["b", "a2", "a"]


def test_facts_of_the_past_and_the_day(tell):
	world = tell(
		"2026-06-01 08:00 | book | ada | start=2026-06-05 10:00",
		"2026-06-01 08:10 | book | ada2 | customer=ada | email=ada@example.com | start=2026-06-09 10:00",
		"2026-06-01 08:20 | book | ada3 | customer=ada | email=ada@example.com | start=2026-06-09 12:00",
		"2026-06-01 08:30 | cancel | ada3",
		"2026-06-01 08:40 | book | bob | start=2026-06-09 14:00",
	)
	booking = world.bookings["ada2"]
	facts = build_facts(world.picture(booking), booking.start, world.business.zone)
	assert facts["customer_cancellations"] == 1
	assert facts["days_since_last_visit"] == 0
	assert facts["technician_jobs_that_day"] == 2
	assert facts["visit_clock"] == "10:00"
	assert round(float(str(facts["lead_hours"]))) == 194
	assert facts["doc.customer_name"] == "ada"
