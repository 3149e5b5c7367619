"""How far a question goes up that nobody answers, and when."""

from datetime import UTC, datetime, timedelta

from runbook_ops.core.escalation import OWNER, ROLE, next_level

DUE = datetime(2026, 6, 1, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)


def test_each_level_comes_once_and_after_its_time():
	assert next_level(0, DUE, None, DUE, HOUR) is None
	assert next_level(0, DUE, None, DUE + timedelta(seconds=1), HOUR) == ROLE
	went_up = DUE + HOUR
	assert next_level(ROLE, DUE, went_up, went_up + HOUR, HOUR) is None
	assert next_level(ROLE, DUE, went_up, went_up + HOUR * 1.1, HOUR) == OWNER
	assert next_level(OWNER, DUE, went_up, went_up + 100 * HOUR, HOUR) is None
