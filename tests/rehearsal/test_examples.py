"""The two examples: their figures as known, every kind of exception in them, and the same page every time."""

import pytest

from runbook_ops.core.chains.spec import ENDED_STEPS, StepState
from runbook_ops.rehearsal.__main__ import EXAMPLES
from runbook_ops.rehearsal.figures import count
from runbook_ops.rehearsal.page import render_page

GOLDEN = {
	"pool_renovation": {
		"bookings": 14,
		"moved": 1,
		"refused": 2,
		"refused_with_offer": 2,
		"exceptions": 5,
		"exceptions_open": 2,
		"follow_ups": 8,
		"orders": 4,
		"held_up": 3,
		"steps": 216,
		"by_status": {"Completed": 11, "Cancelled": 1, "Confirmed": 1, "No-show": 1},
		"violations": (),
	},
	"salon": {
		"bookings": 10,
		"moved": 1,
		"refused": 2,
		"refused_with_offer": 2,
		"exceptions": 1,
		"exceptions_open": 1,
		"follow_ups": 7,
		"orders": 2,
		"held_up": 3,
		"steps": 160,
		"by_status": {"Completed": 7, "Cancelled": 1, "Confirmed": 1, "No-show": 1},
		"violations": (),
	},
}


@pytest.mark.parametrize("name", EXAMPLES)
def test_figures(name, example):
	figures = count(example(name))
	assert {key: getattr(figures, key) for key in GOLDEN[name]} == GOLDEN[name]
	assert sum(figures.steps_by_state.values()) == figures.steps


def test_the_pool_firms_story_meets_every_kind_of_exception(example):
	world = example("pool_renovation")
	figures = count(world)
	reasons = {task.reason_code for task in world.tasks}
	assert {"customer_has_no_email", "job_needs_address", "job_not_completed"} <= reasons
	assert len(figures.late_orders) == 1
	skipped = {step.reason_code for run in world.runs() for step in run.steps}
	assert {
		"booked_too_late",
		"condition_not_met",
		"rescheduled",
		"booking_cancelled",
		"booking_no_show",
	} <= skipped
	texts = " ".join(refused.text for refused in world.refused)
	assert "nobody is free" in texts
	assert "closed on Wed 11 Nov 2026" in texts


def test_what_was_missing_is_given_and_the_step_goes_through(example):
	booking = example("pool_renovation").bookings["Dupont survey"]
	job = booking.runs[0].current["create_job"]
	assert (job.state, job.task.is_open if job.task else False) == (StepState.DONE, False)
	assert all(step.state in ENDED_STEPS for step in booking.runs[0].current.values())
	assert booking.job.address == "51 Alder Street, Clovis"


def test_no_message_contradicts_the_booking_as_it_stood(example):
	for name in EXAMPLES:
		for message in example(name).outbox:
			booking = message.booking
			ended = {"Tell the customer": "Cancelled", "Write to the customer": "No-show"}.get(message.kind)
			if ended:
				assert booking.status.value == ended
			if message.kind in ("Thank the customer", "Ask for a review"):
				assert booking.job.completed_at < message.at
			elif not ended and message.kind != "Tell the technician":
				assert message.at < booking.start


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_same_story_gives_the_same_page_byte_for_byte(name, rehearse_example):
	pages = {render_page(world, count(world)) for world in (rehearse_example(name), rehearse_example(name))}
	assert len(pages) == 1


def test_a_seed_changes_the_ends_and_nothing_else_the_same_every_time(rehearse_example):
	def ends(seed):
		world = rehearse_example("pool_renovation", seed)
		return [booking.job.completed_at for booking in world.bookings.values() if booking.job]

	assert ends(7) == ends(7)
	assert ends(7) != ends(8)
	assert not count(rehearse_example("pool_renovation", 7)).violations
