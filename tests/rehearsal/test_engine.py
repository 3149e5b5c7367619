"""One behaviour a story: what the rehearsal does with bookings, moves, ends and what is missing."""

import pytest

from runbook_ops.core.chains.spec import ENDED_STEPS, StepState
from runbook_ops.rehearsal.figures import count
from runbook_ops.rehearsal.telling import moment_text, slot_text

BOOKED = "2026-06-01 08:00 | book | ada | start=2026-06-05 10:00"


def kinds(world):
	return [message.kind for message in world.outbox]


def steps(world, ref, chain=0):
	return world.bookings[ref].runs[chain].current


def sent_at(world, kind):
	zone = world.business.zone
	return [moment_text(message.at, zone) for message in world.outbox if message.kind == kind]


def test_the_whole_trail_of_one_booking(tell):
	world = tell(BOOKED)
	assert kinds(world) == [
		"Tell the technician",
		"Confirm to the customer",
		"Remind the customer 48 hours before",
		"Remind the customer on the day",
		"Thank the customer",
		"Ask for a review",
	]
	assert [moment_text(message.at, world.business.zone) for message in world.outbox] == [
		"Mon 1 Jun 2026, 8:00 AM",
		"Mon 1 Jun 2026, 8:00 AM",
		"Wed 3 Jun 2026, 10:00 AM",
		"Fri 5 Jun 2026, 7:30 AM",
		"Fri 5 Jun 2026, 1:00 PM",
		"Sat 6 Jun 2026, 10:00 AM",
	]
	assert all(step.state in ENDED_STEPS for step in steps(world, "ada").values())
	(task,) = world.tasks
	assert (task.owner, task.subject) == ("Fay", "Rebook ada: Cut")
	assert moment_text(task.due_at, world.business.zone) == "Mon 29 Jun 2026, 9:00 AM"


@pytest.mark.parametrize(
	("visit", "booked"),
	[("2026-03-31 10:00", "2026-03-20 09:00"), ("2026-10-27 10:00", "2026-10-16 09:00")],
)
def test_reminders_over_a_change_of_the_clocks(tell, visit, booked):
	world = tell(f"{booked} | book | ada | start={visit}")
	(early,), (late,) = (
		sent_at(world, "Remind the customer 48 hours before"),
		sent_at(world, "Remind the customer on the day"),
	)
	assert early.endswith("10:00 AM")
	assert late.endswith("7:30 AM")


def test_two_wishes_for_one_person_and_time(tell):
	world = tell(
		"2026-06-01 08:00 | book | ada | start=2026-06-05 10:00",
		"2026-06-01 09:00 | book | bob | start=2026-06-05 10:30",
		"2026-06-01 09:10 | book | cyd | start=2026-06-05 10:30 | resources=Ana",
	)
	assert list(world.bookings) == ["ada"]
	free, named = world.refused
	assert "nobody is free" in free.text
	assert named.text == "Starts At: Ana is already taken at that time."
	zone = world.business.zone
	assert [slot_text(slot, zone) for slot in named.offers] == [
		"Fri 5 Jun 2026, 11:00 AM with Ana",
		"Fri 5 Jun 2026, 11:15 AM with Ana",
		"Fri 5 Jun 2026, 11:30 AM with Ana",
	]
	assert free.offers == named.offers
	assert count(world).refused_with_offer == 2


@pytest.mark.parametrize(
	("request_", "text"),
	[
		("start=2026-05-31 10:00", "in the past"),
		("start=2026-06-05 16:30 | resources=Ana", "does not work at that time (09:00-17:00)"),
		("start=2026-06-06 10:00 | resources=Ana", "(not at all)"),
		("start=2026-06-05 10:00 | resources=Ben", "lacks the skill cut"),
	],
)
def test_requests_that_are_refused(tell, request_, text):
	world = tell(f"2026-06-01 08:00 | book | ada | {request_}")
	assert not world.bookings
	assert text in world.refused[0].text
	assert not world.claims


def test_a_move_tells_the_new_time_and_frees_the_old_one(tell):
	world = tell(
		BOOKED,
		"2026-06-03 12:00 | reschedule | ada | start=2026-06-09 11:00",
		"2026-06-03 13:00 | book | bob | start=2026-06-05 10:00",
	)
	assert set(world.bookings) == {"ada", "bob"}
	booking = world.bookings["ada"]
	assert booking.revision == 1
	mine = [message for message in world.outbox if message.booking is booking]
	moved = [message.kind for message in mine if "moved" in message.subject.lower()]
	assert moved == ["Tell the technician", "Confirm to the customer"]
	after = [message for message in mine if message.at >= mine[3].at]
	assert all("9 June" in message.body or "Today" in message.subject for message in after[:4])
	assert len([message for message in mine if message.kind == "Remind the customer on the day"]) == 1
	old = [step for step in booking.runs[0].steps if step.revision == 0 and step.state is StepState.CANCELLED]
	assert {step.reason_code for step in old} == {"rescheduled"}


def test_a_move_to_where_the_visit_is_already_tells_nobody(tell):
	told, again = (
		tell(BOOKED, *lines)
		for lines in ((), ("2026-06-03 12:00 | reschedule | ada | start=2026-06-05 10:00",))
	)
	assert again.bookings["ada"].revision == 0 and not again.refused
	assert kinds(again) == kinds(told)


def test_a_visit_that_is_given_to_somebody_else_tells_it_once(tell):
	hours = {"Monday-Friday": "09:00-17:00"}
	about = {"kind": "Person", "skills": ["cut"], "hours": hours}
	people = [{**about, "name": name, "email": f"{name}@shop.example.com"} for name in ("Ana", "Ben")]
	world = tell(
		f"{BOOKED} | resources=Ana",
		"2026-06-03 12:00 | reschedule | ada | start=2026-06-05 10:00 | resources=Ben",
		resources=people,
	)
	booking = world.bookings["ada"]
	assert booking.resources == ("Ben",)
	assert [run.spec.code for run in booking.runs].count("booking_reassigned") == 1
	assert kinds(world).count("Tell who had the visit before") == 1


def test_a_move_that_is_refused_changes_nothing(tell):
	world = tell(
		BOOKED,
		"2026-06-01 09:00 | book | bob | start=2026-06-05 12:00",
		"2026-06-01 10:00 | reschedule | ada | start=2026-06-05 12:30",
		"2026-06-01 10:05 | book | cyd | start=2026-06-05 10:00",
	)
	assert world.bookings["ada"].revision == 0
	assert [refused.row.ref for refused in world.refused] == ["ada", "cyd"]
	assert world.refused[0].offers


def test_a_cancelled_booking_sends_one_word_to_each_side_and_no_more(tell):
	world = tell(
		BOOKED,
		"2026-06-02 09:00 | cancel | ada | notes=ill",
		"2026-06-02 10:00 | book | bob | start=2026-06-05 10:00",
	)
	mine = [message.kind for message in world.outbox if message.booking.ref == "ada"]
	assert mine == [
		"Tell the technician",
		"Confirm to the customer",
		"Tell the customer",
		"Tell the technician",
	]
	assert "bob" in world.bookings
	states = {
		step.code: step.reason_code
		for step in steps(world, "ada").values()
		if step.state is StepState.CANCELLED
	}
	assert set(states.values()) == {"booking_cancelled"}
	assert {"reminder_48_hours", "completion", "thank_you"} <= set(states)


def test_a_no_show_gets_a_task_and_a_message(tell):
	world = tell(BOOKED, "2026-06-05 10:20 | no_show | ada")
	assert kinds(world)[-1] == "Write to the customer"
	assert [task.subject for task in world.tasks] == ["No-show: ada, Cut"]
	assert "Thank the customer" not in kinds(world)
	assert world.bookings["ada"].customer.visits == 0


def test_a_job_that_nobody_marks_done_is_a_persons_and_later_done_after_all(tell):
	world = tell(BOOKED, "2026-06-05 11:00 | not_done | ada")
	(task,) = world.tasks
	assert (task.reason_code, task.owner, task.is_open) == ("job_not_completed", "Max", True)
	assert steps(world, "ada")["thank_you"].state is StepState.WAITING
	assert (count(world).held_up, count(world).violations) == (3, ())
	world = tell(BOOKED, "2026-06-06 11:00 | done | ada")
	exception = next(task for task in world.tasks if task.reason)
	assert (exception.is_open, exception.outcome) == (False, "Done after all")
	assert kinds(world)[-2:] == ["Thank the customer", "Ask for a review"]


def test_a_missing_address_stops_the_job_and_not_the_confirmation(tell):
	line = "2026-06-01 08:00 | book | ada | service=Visit | start=2026-06-05 10:00"
	world = tell(line)
	assert kinds(world)[0] == "Confirm to the customer"
	assert "still need the address" in world.outbox[0].body
	assert {code: step.state for code, step in steps(world, "ada").items()}["create_job"] is StepState.HUMAN
	assert count(world).violations == ()
	world = tell(line, "2026-06-02 08:00 | details | ada | address=1 Road")
	assert world.bookings["ada"].job.address == "1 Road"
	assert all(step.state in ENDED_STEPS for step in steps(world, "ada").values())


def test_materials_are_kept_for_the_first_and_ordered_for_the_next(tell):
	world = tell(
		"2026-06-01 08:00 | book | ada | service=Visit | address=x | start=2026-06-05 10:00",
		"2026-06-01 09:00 | book | bob | service=Visit | address=y | start=2026-06-05 10:00",
		"2026-06-01 10:00 | book | cyd | service=Visit | address=z | start=2026-06-01 12:00 | resources=Ben",
	)
	orders = [(order.booking.ref, order.qty, order.is_late) for order in world.orders]
	assert orders == [("bob", 1, False), ("cyd", 2, True)]


def test_a_cancelled_visit_gives_its_materials_back(tell):
	world = tell(
		"2026-06-01 08:00 | book | ada | service=Visit | address=x | start=2026-06-05 10:00",
		"2026-06-01 08:30 | cancel | ada",
		"2026-06-01 09:00 | book | bob | service=Visit | address=y | start=2026-06-05 10:00",
	)
	assert world.orders == []


def test_what_is_kept_for_a_visit_is_not_missing_for_it(tell):
	world = tell(
		"2026-06-01 08:00 | book | ada | service=Visit | address=x | start=2026-06-05 10:00",
		"2026-06-02 08:00 | reschedule | ada | start=2026-06-08 10:00",
	)
	bodies = [message.body for message in world.outbox if message.kind == "Tell the technician"]
	assert len(bodies) == 2
	assert not any("materials" in body for body in bodies)


def test_the_second_visit_is_a_returning_customers(tell):
	world = tell(
		BOOKED,
		"2026-06-08 08:00 | book | ada2 | customer=ada | email=ADA@example.com | start=2026-06-10 10:00",
	)
	bodies = [message.body for message in world.outbox if message.kind == "Confirm to the customer"]
	assert ["Good to have you back" in body for body in bodies] == [False, True]


@pytest.mark.parametrize(
	("line", "text"),
	[
		("2026-06-06 09:00 | cancel | ada", "Completed, which is final"),
		("2026-06-06 09:00 | reschedule | ada | start=2026-06-09 10:00", "Completed, which is final"),
		("2026-06-06 09:00 | no_show | ada", None),
	],
)
def test_what_comes_too_late_is_refused_and_written_down(tell, line, text):
	world = tell(BOOKED, line)
	if text:
		assert text in world.refused[0].text
		assert world.bookings["ada"].status == "Completed"


def test_a_lost_step_and_a_double_booking_are_found(tell):
	world = tell(BOOKED)
	lost = steps(world, "ada")["thank_you"]
	lost.state, lost.ended_at = StepState.WAITING, None
	names, span = world.claims["SB-0001"]
	world.claims["SB-9"] = (names, span)
	violations = count(world).violations
	assert len(violations) == 2
	assert "Thank the customer is Waiting" in violations[0]
	assert "booked twice" in violations[1]


def test_a_task_that_nobody_has_is_a_violation(tell):
	world = tell(BOOKED, "2026-06-05 11:00 | not_done | ada")
	world.tasks[0].owner = ""
	assert len(count(world).violations) == 4
