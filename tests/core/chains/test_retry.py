"""When attempts are made again, and how a run stands."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook_ops.core.chains.progress import run_status
from runbook_ops.core.chains.retry import DELAYS, next_delay, next_try
from runbook_ops.core.chains.spec import ENDED_STEPS, OPEN_STEPS, RunStatus, StepState

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@given(st.floats(0, 1, exclude_max=True))
def test_delays_grow_and_end_with_a_person(chance):
	delays = [next_delay(attempts, chance) for attempts in range(1, len(DELAYS) + 1)]
	assert delays == sorted(delays)
	assert all(base <= delay <= base * 1.2 for base, delay in zip(DELAYS, delays, strict=True))
	assert next_delay(len(DELAYS) + 1, chance) is None


def test_the_first_retry_comes_after_a_minute():
	assert next_delay(1, 0) == timedelta(minutes=1)


@pytest.mark.parametrize("state", StepState)
def test_every_state_is_open_or_ended(state):
	assert (state in OPEN_STEPS) != (state in ENDED_STEPS)
	expected = (
		RunStatus.NEEDS_ATTENTION
		if state is StepState.HUMAN
		else RunStatus.DONE
		if state in ENDED_STEPS
		else RunStatus.RUNNING
	)
	assert run_status({"a": state, "b": StepState.DONE}) is expected


def test_the_last_try_is_at_the_windows_end():
	assert next_try(NOW, 4, 0, NOW + 30 * MINUTE) == NOW + 30 * MINUTE
	assert next_try(NOW, 2, 0, NOW + 30 * MINUTE) == NOW + 5 * MINUTE
	assert next_try(NOW, 4, 0, NOW + MINUTE / 2) is None


def test_a_provider_that_asks_for_time_gets_it():
	assert next_try(NOW, 1, 0, None, HOUR) == NOW + HOUR
	assert next_try(NOW, 1, 0, None, timedelta(seconds=1)) == NOW + MINUTE
	assert next_try(NOW, 1, 0, None, timedelta(days=400)) == NOW + timedelta(days=1)


@given(st.integers(1, 5), st.floats(0, 0.999), st.integers(0, 600))
def test_never_after_the_window(attempts, chance, minutes):
	last = NOW + minutes * MINUTE
	found = next_try(NOW, attempts, chance, last)
	assert found is None or NOW < found <= last
