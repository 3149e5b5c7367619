"""When the engine counts as alive."""

from datetime import UTC, datetime, timedelta

from runbook_ops.core.pulse import SILENT_AFTER, STALE_AFTER, Pulse, is_silent

SECOND = timedelta(seconds=1)
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)


def test_it_sweeps_and_nothing_waits_too_long():
	assert Pulse(SECOND, None).alive
	assert Pulse(SILENT_AFTER - SECOND, STALE_AFTER - SECOND, late=9, lost=1, out_of_order=("email",)).alive
	assert not Pulse(None, None).alive
	assert not Pulse(SILENT_AFTER, None).alive
	assert not Pulse(SECOND, STALE_AFTER).alive


def test_a_sweep_that_never_came_is_no_silence():
	assert not is_silent(None, NOW)
	assert not is_silent(NOW - SILENT_AFTER + SECOND, NOW)
	assert is_silent(NOW - SILENT_AFTER, NOW)
