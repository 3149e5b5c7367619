"""Chain health: which steps need a look, which break the promise, and how old the oldest is."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.chain_health import (
	GRACE,
	VIOLATIONS,
	StepFacts,
	Trouble,
	assess,
	ended_share,
	trouble_of,
)
from runbook_ops.core.chains.spec import ENDED_STEPS, StepState

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)


def step(state: StepState, **values) -> StepFacts:
	return StepFacts(values.pop("name", "step"), state, **values)


@pytest.mark.parametrize(
	("facts", "trouble"),
	[
		(step(StepState.DONE), None),
		(step(StepState.SKIPPED, reason="No opportunity"), None),
		(step(StepState.SKIPPED, reason="  "), Trouble.NO_REASON),
		(step(StepState.CANCELLED), Trouble.NO_REASON),
		(step(StepState.HUMAN, task="T1", owner="dana@example.com"), Trouble.ASKS),
		(step(StepState.HUMAN), Trouble.NO_OWNER),
		(step(StepState.HUMAN, task="T1"), Trouble.NO_OWNER),
		(step(StepState.PLANNED, due_at=NOW + HOUR), None),
		(step(StepState.PLANNED, due_at=NOW - GRACE), None),
		(step(StepState.PLANNED, due_at=NOW - HOUR), Trouble.LATE),
		(step(StepState.RETRY, due_at=NOW - HOUR), Trouble.LATE),
		(step(StepState.LEASED, leased_until=NOW + HOUR), None),
		(step(StepState.LEASED, leased_until=NOW - HOUR), Trouble.STUCK),
		(step(StepState.WAITING), None),
	],
)
def test_trouble_of_a_step(facts, trouble):
	assert trouble_of(facts, NOW) is trouble


def test_the_gravest_comes_first_and_the_oldest_of_a_kind():
	steps = [
		step(StepState.PLANNED, name="late", due_at=NOW - HOUR),
		step(StepState.PLANNED, name="later", due_at=NOW - 3 * HOUR),
		step(StepState.HUMAN, name="asks", task="T1", owner="dana@example.com", task_due_at=NOW - HOUR),
		step(StepState.HUMAN, name="lost"),
	]
	health = assess(steps, NOW)
	assert [finding.step.name for finding in health.findings] == ["lost", "later", "late", "asks"]
	assert (health.violations, health.late, health.asking, health.overdue_answers) == (1, 2, 1, 1)
	assert health.oldest_due == 3 * HOUR


def test_nothing_is_wrong_with_no_steps():
	health = assess([], NOW)
	assert (health.findings, health.oldest_due, health.violations) == ((), None, 0)
	assert ended_share({}) == {}


def test_shares_count_what_has_ended_only():
	share = ended_share({StepState.DONE: 6, StepState.SKIPPED: 2, StepState.PLANNED: 40})
	assert share == {StepState.DONE: 0.75, StepState.SKIPPED: 0.25, StepState.CANCELLED: 0.0}


@given(
	st.lists(
		st.builds(
			StepFacts,
			st.text(min_size=1, max_size=4),
			st.sampled_from(StepState),
			due_at=st.none() | st.datetimes(timezones=st.just(UTC)),
			reason=st.none() | st.text(max_size=3),
			task=st.none() | st.just("T1"),
			owner=st.none() | st.just("dana@example.com"),
		)
	)
)
def test_the_figures_agree_with_the_rows(steps):
	health = assess(steps, NOW)
	troubles = [finding.trouble for finding in health.findings]
	assert health.violations == sum(trouble in VIOLATIONS for trouble in troubles)
	assert health.late + health.asking + health.violations == len(troubles)
	assert sum(health.by_state.values()) == len(steps)
	assert all(finding.age >= timedelta(0) for finding in health.findings)
	assert not any(step.state is StepState.DONE for step in (finding.step for finding in health.findings))
	assert set(ended_share(health.by_state)) <= set(ENDED_STEPS)
