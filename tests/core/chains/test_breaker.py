"""What a provider's breaker lets through, and when what waits comes up again."""

from datetime import UTC, datetime, timedelta

from runbook_ops.core.chains.breaker import Breaker, BreakerState, Gate, gate_of, waits_until

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def test_an_open_breaker_lets_one_try_at_its_time_and_nobody_before():
	assert gate_of(None, NOW) is gate_of(Breaker("email", failures=9), NOW) is Gate.SEND
	for probe_at, gate in ((NOW + MINUTE, Gate.WAIT), (NOW, Gate.TRY), (None, Gate.TRY)):
		assert gate_of(Breaker("email", BreakerState.OPEN, 10, NOW - MINUTE, probe_at), NOW) is gate


def test_what_waits_comes_up_behind_the_try_or_when_its_use_is_over():
	pause = 5 * MINUTE
	probe_at = NOW + 3 * MINUTE
	assert waits_until(probe_at, NOW, pause, 0, None) == probe_at
	assert waits_until(probe_at, NOW, pause, 0.99, None) < probe_at + MINUTE / 2
	assert waits_until(probe_at, NOW, pause, 0, NOW + MINUTE) == NOW + MINUTE + timedelta(seconds=1)
	assert waits_until(NOW - MINUTE, NOW, pause, 0, None) == NOW
