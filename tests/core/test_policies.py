"""Policies: what customers may change themselves, to the minute, and what they are told else."""

from datetime import UTC, datetime, timedelta

import pytest

from runbook_ops.core.policies import Change, Policy, Standing, check_customer, check_staff, last_moment
from runbook_ops.core.reasons import reason_text

START = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
POLICY = Policy(
	"Standard-v1",
	cancel_notice=24 * HOUR,
	move_notice=12 * HOUR,
	most_moves=2,
	contact_for_help="+1 559 555 0134",
)


def code(change, hours_before, policy=POLICY, status="Confirmed", moves=0, **more):
	refusal = check_customer(
		change, Standing(status, START, moves), policy, START - hours_before * HOUR, **more
	)
	return refusal and refusal.code


@pytest.mark.parametrize(
	("change", "hours_before", "expected"),
	[
		(Change.CANCEL, 48, None),
		(Change.CANCEL, 24, None),
		(Change.CANCEL, 23.99, "policy_cancel_late"),
		(Change.CANCEL, 0.1, "policy_cancel_late"),
		(Change.CANCEL, 0, "visit_has_begun"),
		(Change.CANCEL, -5, "visit_has_begun"),
		(Change.MOVE, 23, None),
		(Change.MOVE, 12, None),
		(Change.MOVE, 11.99, "policy_move_late"),
		(Change.MOVE, 0, "visit_has_begun"),
	],
)
def test_notice(change, hours_before, expected):
	assert code(change, hours_before) == expected


@pytest.mark.parametrize("status", ["In Progress", "Completed", "Cancelled", "No-show"])
@pytest.mark.parametrize("change", Change)
def test_what_is_over_stays(change, status):
	assert code(change, 48, status=status) == "visit_not_open"


@pytest.mark.parametrize("status", ["Requested", "Held", "Confirmed"])
def test_what_is_open_can_change(status):
	assert code(Change.MOVE, 48, status=status) is None


def test_moves_run_out():
	assert [code(Change.MOVE, 48, moves=moves) for moves in (0, 1, 2, 3)] == [
		None,
		None,
		"policy_moves_used",
		"policy_moves_used",
	]
	assert code(Change.CANCEL, 48, moves=9) is None


def test_a_policy_without_moves():
	assert code(Change.MOVE, 480, Policy("x", HOUR, HOUR, 0)) == "policy_no_moves"


def test_without_a_policy_until_the_start():
	assert [code(Change.CANCEL, hours, None) for hours in (1, 0.01, 0)] == [None, None, "visit_has_begun"]
	assert last_moment(Change.MOVE, START, None) == START
	assert last_moment(Change.MOVE, START, POLICY) == START - 12 * HOUR


def test_the_refusal_says_the_policy_and_whom_to_call():
	late = check_customer(Change.CANCEL, Standing("Confirmed", START), POLICY, START - HOUR, "the office")
	text = reason_text(late.code, dict(late.values))
	assert "24 hours" in text
	assert "+1 559 555 0134" in text
	assert late.values["until"] == START - 24 * HOUR
	unnamed = Policy("x", 24 * HOUR, 24 * HOUR, 1)
	late = check_customer(Change.CANCEL, Standing("Confirmed", START), unnamed, START - HOUR, "the office")
	assert late.values["contact"] == "the office"


@pytest.mark.parametrize(
	("hours_before", "moves", "reason", "expected"),
	[
		(48, 0, "", None),
		(1, 0, "", "override_needs_reason"),
		(1, 0, "   ", "override_needs_reason"),
		(1, 0, "She called, ill", None),
		(48, 2, "", "override_needs_reason"),
		(-2, 0, "came late", None),
	],
)
def test_staff_go_further_with_a_reason(hours_before, moves, reason, expected):
	refusal = check_staff(
		Change.MOVE, Standing("Confirmed", START, moves), POLICY, START - hours_before * HOUR, reason
	)
	assert (refusal and refusal.code) == expected
	assert check_staff(Change.MOVE, Standing("Confirmed", START, 9), None, START, "") is None
