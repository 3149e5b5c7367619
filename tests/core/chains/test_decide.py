"""The one decision of a due step, in its order: closed, late, condition, action."""

from datetime import timedelta

import pytest

from runbook_ops.chain_library import read_library
from runbook_ops.core.chains.condition import Condition, Row
from runbook_ops.core.chains.decide import decide_step, moot_steps, woken_steps
from runbook_ops.core.chains.decision import Act, Ask, Skip
from runbook_ops.core.chains.spec import ChainSpec, Event, StepSpec, StepState, Timing
from runbook_ops.core.reasons import reason_text

HOUR = timedelta(hours=1)
ONLY_WEB = Condition("all", (Row("source", "=", "web"),))
STEP = StepSpec(
	"tell", "Tell", "send_message", {"subject": "s", "body": "b"}, Timing(useful_for=HOUR), (), ONLY_WEB
)


def test_it_acts_when_nothing_is_in_the_way(make_facts, now):
	assert isinstance(decide_step(STEP, make_facts(source="web"), now, now), Act)


@pytest.mark.parametrize("status", ["Cancelled", "No-show"])
def test_a_closed_booking_comes_first(status, make_facts, now):
	facts = make_facts(status=status, source="web")
	assert decide_step(STEP, facts, now - 9 * HOUR, now) == Skip("booking_closed", {"status": status})


@pytest.mark.parametrize(
	("trigger", "own"), [(Event.BOOKING_CANCELLED, "Cancelled"), (Event.BOOKING_NO_SHOW, "No-show")]
)
def test_a_chain_about_a_closed_booking_works_while_it_is_closed_so(trigger, own, make_facts, now):
	for status in ("Requested", "Confirmed", "In Progress", "Completed", "Cancelled", "No-show"):
		decision = decide_step(STEP, make_facts(status=status, source="web"), now, now, trigger)
		if status == own:
			assert isinstance(decision, Act)
		else:
			assert decision == Skip("booking_reopened", {"status": status, "was": own})


def test_too_late_is_asked_before_the_condition_is_looked_at(make_facts, now):
	facts = make_facts(source="phone")
	assert isinstance(decide_step(STEP, facts, now - HOUR, now), Skip)
	late = now - HOUR - timedelta(seconds=1)
	assert decide_step(STEP, facts, late, now) == Ask("step_late", (), {"due": late})


def test_a_condition_that_does_not_hold_says_which_row_and_what_it_found(make_facts, now):
	decision = decide_step(STEP, make_facts(source="phone"), now, now)
	assert decision.code == "condition_not_met"
	text = reason_text(decision.code, dict(decision.values))
	assert text == "The condition does not hold: source = web (it is phone)."
	unknown = decide_step(STEP, make_facts(), now, now)
	assert "not known" in reason_text(unknown.code, dict(unknown.values))


def test_an_event_wakes_the_open_steps_that_wait_for_it():
	steps = (*tuple(StepSpec(code, code, "await_completion") for code in "abcdef"), STEP)
	chain = ChainSpec("c", "c", Event.BOOKING_CONFIRMED, steps)
	states = {
		"a": StepState.WAITING,
		"b": StepState.PLANNED,
		"c": StepState.HUMAN,
		"d": StepState.DONE,
		"e": StepState.CANCELLED,
		"tell": StepState.PLANNED,
	}
	assert woken_steps(chain, states, Event.JOB_COMPLETED) == ("a", "b", "c")
	assert woken_steps(chain, states, Event.BOOKING_CANCELLED) == ()


def test_a_finished_job_leaves_what_leads_up_to_the_visit_without_a_point():
	(spec,) = (spec for spec in read_library() if spec.code == "service_visit")
	states = {step.code: StepState.PLANNED for step in spec.steps} | {"reminder_48_hours": StepState.DONE}
	assert set(moot_steps(spec, states)) == {"reminder_day_of", "prep_checklist"}
