"""When steps are due, what a run's plan looks like, and what a move does to it."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.chains.plan import due_time, plan_run, release_steps, replan_run
from runbook_ops.core.chains.spec import (
	ENDED_STEPS,
	Anchor,
	ChainSpec,
	Event,
	OnReschedule,
	StepSpec,
	StepState,
	Timing,
)

BERLIN = ZoneInfo("Europe/Berlin")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
START = NOW + 3 * DAY
ANCHORS = {Anchor.RUN_START: NOW, Anchor.BOOKING_START: START, Anchor.BOOKING_END: START + HOUR}


def chain(*steps):
	return ChainSpec("c", "C", Event.BOOKING_CONFIRMED, steps)


def step(
	code,
	anchor=Anchor.RUN_START,
	offset=timedelta(0),
	after=(),
	useful=None,
	at=None,
	again=OnReschedule.KEEP,
):
	return StepSpec(
		code, code, "create_job", {}, Timing(anchor, offset, at, useful), after, on_reschedule=again
	)


@st.composite
def chains(draw):
	"""Chains without cycles: a step waits only for earlier ones, and then the order is shuffled."""
	steps = []
	for number in range(draw(st.integers(1, 7))):
		names = [other.code for other in steps]
		after = draw(st.lists(st.sampled_from(names), unique=True, max_size=2)) if names else []
		hours = draw(st.integers(-100, 100))
		useful = draw(st.sampled_from((None, HOUR, DAY)))
		again = draw(st.sampled_from(OnReschedule))
		steps.append(
			step(f"s{number}", draw(st.sampled_from(Anchor)), hours * HOUR, tuple(after), useful, None, again)
		)
	return chain(*draw(st.permutations(steps)))


@given(chains())
def test_every_step_is_planned_exactly_once_in_the_chains_order(spec):
	planned = plan_run(spec, ANCHORS, BERLIN, NOW)
	assert [plan.code for plan in planned] == [each.code for each in spec.steps]
	skipped = {plan.code for plan in planned if plan.state is StepState.SKIPPED}
	for plan, each in zip(planned, spec.steps, strict=True):
		due = due_time(each.timing, ANCHORS, BERLIN)
		useful = each.timing.useful_for
		assert plan.due_at == due
		if due is None:
			assert plan.state is StepState.WAITING
		elif useful is not None and due + useful < NOW:
			assert (plan.state, plan.reason) == (StepState.SKIPPED, "booked_too_late")
		else:
			ready = set(each.after) <= skipped
			assert plan.state is (StepState.PLANNED if ready else StepState.WAITING)


@given(chains(), st.data())
def test_a_run_that_is_worked_ends_with_every_step_ended(spec, data):
	"""Work whatever is planned in any order: nothing stays waiting once the job is done."""
	states = {plan.code: plan.state for plan in plan_run(spec, ANCHORS, BERLIN, NOW)}
	anchors = dict(ANCHORS)
	for _ in range(3 * len(states)):
		ready = [code for code, state in states.items() if state is StepState.PLANNED]
		if ready:
			states[data.draw(st.sampled_from(ready))] = data.draw(st.sampled_from(ENDED_STEPS))
		else:
			anchors[Anchor.JOB_COMPLETED] = START + 2 * HOUR
		for plan in release_steps(spec, states, anchors, BERLIN):
			assert states[plan.code] is StepState.WAITING
			assert all(states[code] in ENDED_STEPS for code in spec.step(plan.code).after)
			states[plan.code] = plan.state
	assert set(states.values()) <= set(ENDED_STEPS)


@given(chains(), st.data())
def test_a_move_cancels_what_is_open_and_plans_it_again_and_redoes_what_asks_for_it(spec, data):
	states = {each.code: data.draw(st.sampled_from(StepState)) for each in spec.steps}
	moved = {**ANCHORS, Anchor.BOOKING_START: START + DAY, Anchor.BOOKING_END: START + DAY + HOUR}
	later = NOW + 5 * HOUR
	replan = replan_run(spec, states, moved, BERLIN, later)
	plans = {plan.code: plan for plan in replan.plan}
	assert len(plans) == len(replan.plan)
	assert set(replan.cancel) == {code for code, state in states.items() if state not in ENDED_STEPS}
	for each in spec.steps:
		state = states[each.code]
		retimed = each.timing.anchor in (Anchor.BOOKING_START, Anchor.BOOKING_END)
		again = (
			state not in ENDED_STEPS
			or (state is StepState.DONE and each.on_reschedule is not OnReschedule.KEEP)
			or (state is StepState.SKIPPED and retimed)
		)
		assert (each.code in plans) == again
	kept = set(states) - set(plans)
	expected = plan_run(spec, {**moved, Anchor.RUN_START: later}, BERLIN, later, kept)
	put_right = {
		each.code
		for each in spec.steps
		if states[each.code] is StepState.DONE and each.on_reschedule is OnReschedule.CORRECT
	}
	if not put_right:
		assert replan.plan == expected
	for code in put_right:
		assert plans[code].due_at == later and plans[code].state in (StepState.PLANNED, StepState.WAITING)


@pytest.mark.parametrize("state", [StepState.DONE, StepState.SKIPPED, StepState.PLANNED])
def test_only_what_was_said_is_put_right_and_at_once(state):
	spec = chain(step("said", Anchor.BOOKING_START, -2 * DAY, useful=HOUR, again=OnReschedule.CORRECT))
	moved = {**ANCHORS, Anchor.BOOKING_START: START + 7 * DAY}
	(plan,) = replan_run(spec, {"said": state}, moved, BERLIN, NOW).plan
	due = NOW if state is StepState.DONE else START + 5 * DAY
	assert (plan.state, plan.due_at) == (StepState.PLANNED, due)


def test_what_counts_from_the_runs_start_counts_from_the_move():
	spec = chain(step("tell", useful=HOUR, again=OnReschedule.REDO))
	(plan,) = replan_run(spec, {"tell": StepState.DONE}, ANCHORS, BERLIN, NOW + 2 * DAY).plan
	assert (plan.state, plan.due_at) == (StepState.PLANNED, NOW + 2 * DAY)


def test_a_step_skipped_in_planning_frees_those_after_it_wherever_they_stand():
	late = step("late", Anchor.BOOKING_START, -10 * DAY, useful=HOUR)
	for spec in (chain(late, step("b", after=("late",))), chain(step("b", after=("late",)), late)):
		states = {plan.code: plan.state for plan in plan_run(spec, ANCHORS, BERLIN, NOW)}
		assert states == {"late": StepState.SKIPPED, "b": StepState.PLANNED}


def test_a_step_that_was_held_up_is_released_however_late():
	spec = chain(step("a"), step("b", useful=HOUR, after=("a",)))
	states = {"a": StepState.DONE, "b": StepState.WAITING}
	(plan,) = release_steps(spec, states, ANCHORS, BERLIN)
	assert (plan.code, plan.state, plan.due_at) == ("b", StepState.PLANNED, NOW)
	assert release_steps(spec, {**states, "a": StepState.HUMAN}, ANCHORS, BERLIN) == ()


@pytest.mark.parametrize(
	("zone", "start", "due"),
	[
		("Europe/Berlin", "2026-03-30 10:00", "2026-03-28 09:00"),
		("Europe/Berlin", "2026-10-26 10:00", "2026-10-24 11:00"),
		("America/Los_Angeles", "2026-11-02 10:00", "2026-10-31 11:00"),
		("Asia/Kathmandu", "2026-11-02 10:00", "2026-10-31 10:00"),
	],
)
def test_hours_before_are_real_hours(zone, start, due):
	zone = ZoneInfo(zone)
	moment = datetime.fromisoformat(start).replace(tzinfo=zone).astimezone(UTC)
	found = due_time(Timing(Anchor.BOOKING_START, -48 * HOUR), {Anchor.BOOKING_START: moment}, zone)
	assert moment - found == 48 * HOUR
	assert f"{found.astimezone(zone):%Y-%m-%d %H:%M}" == due


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Los_Angeles", "Pacific/Apia", "Asia/Kathmandu"])
@pytest.mark.parametrize("days", [-1, 0, 1])
def test_a_wall_time_is_that_time_on_that_local_day(zone, days):
	zone = ZoneInfo(zone)
	for offset in range(366):
		local = datetime.combine(date(2026, 1, 1) + offset * DAY, time(23, 30), zone)
		anchors = {Anchor.BOOKING_START: local.astimezone(UTC)}
		due = due_time(Timing(Anchor.BOOKING_START, days * DAY, time(7, 30)), anchors, zone)
		expected = datetime.combine(local.date() + days * DAY, time(7, 30))
		assert due.astimezone(zone).replace(tzinfo=None) == expected


def test_the_useful_window_includes_its_last_moment():
	for late, state in ((HOUR, StepState.PLANNED), (HOUR + timedelta(seconds=1), StepState.SKIPPED)):
		spec = chain(step("a", Anchor.BOOKING_START, NOW - late - START, useful=HOUR))
		(plan,) = plan_run(spec, ANCHORS, BERLIN, NOW)
		assert plan.state is state


def test_an_anchor_that_has_not_happened_has_no_due_time():
	assert due_time(Timing(Anchor.JOB_COMPLETED), ANCHORS, BERLIN) is None
